import type { SharedConnection } from '../../connection/shared-connection.js';
import { confirmPublished, isRefusedPublish } from '../../core/confirm.js';
import { publishNow } from '../../core/publisher.js';
import { quote } from '../../errors/quote.js';
import { isNatsTransportError, NatsTransportError } from '../../errors/transport-error.js';
import type { ConsumerNames } from '../pull/pull-request.js';
import { IN_PROGRESS } from './ack-payload.js';

/** Stands where the numbers of a delivery do: none has these. */
const NO_DELIVERY = '0.0.0.0.0';

/** What an {@link AckPermission} works with. */
export interface AckPermissionOptions {
  /** How long the server may take to answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Hears of each acknowledgement that the server has refused. Must not throw. */
  readonly refused: (error: NatsTransportError) => void;
}

/**
 * Knows whether messages of a consumer may be acknowledged. The server drops what credentials may not
 * publish, and tells only the connection: every message would be handled again for ever.
 */
export class AckPermission {
  /** What the subjects of this consumer's acknowledgements begin with. */
  private prefix: string;
  private readonly stopListening: () => void;

  constructor(
    private readonly shared: SharedConnection,
    private readonly names: ConsumerNames,
    private readonly options: AckPermissionOptions,
  ) {
    const tokens = `.${names.stream}.${names.consumer}.`;
    this.prefix = `$JS.ACK${tokens}`;
    this.stopListening = shared.events.on('error', (error) => {
      if (!isRefusedPublish(error) || !error.subject.startsWith('$JS.ACK.')) return;
      const end = error.subject.indexOf(tokens);
      if (end === -1) return;
      // a domain and an account may stand before the names
      this.prefix = error.subject.slice(0, end + tokens.length);
      options.refused(this.denied(error));
    });
  }

  /**
   * Asks the server, with a word that concerns no message.
   *
   * @throws NatsTransportError `PERMISSION_DENIED`, `NOT_CONNECTED`, `CONNECTION_LOST`, `TIMEOUT`
   */
  async assert(): Promise<void> {
    const subject = this.prefix + NO_DELIVERY;
    const connection = publishNow(this.shared, { subject, payload: IN_PROGRESS });
    try {
      await confirmPublished(this.shared, connection, subject, this.options.timeoutMs);
    } catch (error) {
      throw isNatsTransportError(error, 'PERMISSION_DENIED') ? this.denied(error.cause) : error;
    }
  }

  /** Listens no more. */
  close(): void {
    this.stopListening();
  }

  private denied(cause: unknown): NatsTransportError {
    const { stream, consumer } = this.names;
    const subject = `${this.prefix}>`;
    return new NatsTransportError(
      'PERMISSION_DENIED',
      'The server does not let these credentials acknowledge messages of the consumer ' +
        `${quote(consumer)} of the stream ${quote(stream)}: each would come again for ever. ` +
        `Allow the user to publish on ${quote(subject)}.`,
      { cause, details: { subject, stream, consumer } },
    );
  }
}
