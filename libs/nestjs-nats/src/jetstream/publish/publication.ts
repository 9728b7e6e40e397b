import type { Msg } from '@nats-io/transport-node';
import { remainder, within } from '../../connection/within.js';
import type { OpenRequest, ReplySink } from '../../core/pending-request.js';
import type { Requester, RequestMessage } from '../../core/requester.js';
import { isNatsTransportError, type NatsTransportError } from '../../errors/transport-error.js';
import { delayFor } from '../settlement/retry-policy.js';
import type { StreamDeclaration } from '../stream/stream-declaration.js';
import type { AbsentStreams } from './absent-streams.js';
import type { DeclaredStreams } from './declared-streams.js';
import { plainAckSequence, type PubAck, readPubReply } from './pub-ack.js';
import { acknowledgementLost, publishRefusal } from './publish-error.js';
import type { PublishRetry } from './publish-retry.js';

/** Where a message goes. */
export interface Destination {
  /** The stream that is expected to take it. */
  readonly stream: string;
  /** How the client declares the stream, if it does. */
  readonly declaration: StreamDeclaration | undefined;
  /** Whether the stream knows a second copy of it, so that it may be sent again. */
  readonly resendable: boolean;
}

/** What the publications of a client have in common. */
export interface Publications {
  readonly requester: Requester;
  readonly absent: AbsentStreams;
  readonly declared: DeclaredStreams;
  readonly retry: PublishRetry;
  /** Is called once for each, when it has ended. */
  ended(): void;
}

/**
 * Is one message that waits for the acknowledgement of its stream, with all attempts to send it.
 *
 * A class, not a function with closures: at a hundred thousand messages a second each object counts.
 */
export class Publication implements ReplySink {
  /** Rejects with `NatsTransportError`. */
  readonly acknowledged: Promise<PubAck>;
  private resolve!: (ack: PubAck) => void;
  private reject!: (error: unknown) => void;
  private request: OpenRequest | undefined;
  private attempts = 0;
  private readonly startedAt = performance.now();
  /** The first failure after which the stream may have the message: from then on nobody knows. */
  private lost: NatsTransportError | undefined;
  /** Whether its stream was gone once already. */
  private restored = false;

  constructor(
    private readonly shared: Publications,
    private readonly message: RequestMessage,
    private readonly to: Destination,
  ) {
    this.acknowledged = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.send();
  }

  reply({ data }: Msg): void {
    const { stream } = this.to;
    const seq = plainAckSequence(data, stream);
    if (seq !== undefined) return this.succeed({ stream, seq, duplicate: false });
    const reply = readPubReply(data);
    // others that subscribe to the subject may answer too: the stream's word is waited for
    if (reply === undefined) return;
    if ('ack' in reply) return this.succeed(reply.ack);
    this.request?.close();
    this.refused(publishRefusal(this.message.subject, stream, reply.error));
  }

  fail(error: NatsTransportError): void {
    switch (error.code) {
      case 'NO_RESPONDERS':
        void this.explain();
        return;
      case 'TIMEOUT':
      case 'CONNECTION_LOST':
        this.lost ??= error;
        if (this.to.resendable) this.sendLater(error);
        else this.end(error);
        return;
      default:
        this.end(error);
    }
  }

  private send(): void {
    this.attempts++;
    try {
      this.request = this.shared.requester.open(this.attempt(), this);
    } catch (error) {
      const disconnected = isNatsTransportError(error, 'NOT_CONNECTED');
      // at first, the caller learns of it at once; later, the connection may be back in time
      if (!disconnected || this.attempts === 1) return this.end(error);
      this.attempts--;
      this.sendLater(error);
    }
  }

  /** Gives the message with the time that this attempt has. */
  private attempt(): RequestMessage {
    const { resendable } = this.to;
    if (this.attempts === 1 && !resendable) return this.message;
    const { schedule, ackTimeoutMs } = this.shared.retry;
    const isLast = !resendable || this.attempts >= schedule.attempts;
    const leftMs = this.leftMs();
    const remainingMs = isLast ? leftMs : Math.min(leftMs, ackTimeoutMs);
    // not a copy of all that the message has: that costs as much as sending it
    const { subject, payload, headers, timeoutMs } = this.message;
    return { subject, payload, headers, timeoutMs, remainingMs };
  }

  private sendLater(error: NatsTransportError): void {
    const { schedule } = this.shared.retry;
    const delayMs = delayFor(schedule, this.attempts, Math.random());
    if (this.attempts >= schedule.attempts || delayMs >= this.leftMs()) return this.end(error);
    setTimeout(() => this.send(), delayMs);
  }

  private async explain(): Promise<void> {
    const { absent, declared } = this.shared;
    const { stream } = this.to;
    const error = await absent.explain(this.message.subject, stream, this.leftMs());
    const isGone =
      error.code === 'STREAM_NOT_FOUND' && this.to.declaration !== undefined && !this.restored;
    if (!isGone) return this.refused(error);
    this.restored = true;
    try {
      const again = await within(declared.restore(stream), this.leftMs(), () => error);
      if (again) this.send();
      else this.end(error);
    } catch (failure) {
      this.end(failure);
    }
  }

  /** Ends it, or tries again when nothing was stored and that may change. */
  private refused(error: NatsTransportError): void {
    if (error.code === 'UNAVAILABLE') this.sendLater(error);
    else this.end(error);
  }

  private leftMs(): number {
    const { timeoutMs, remainingMs = timeoutMs } = this.message;
    return remainder(remainingMs, this.startedAt);
  }

  private succeed(ack: PubAck): void {
    this.request?.close();
    this.shared.ended();
    this.resolve(ack);
  }

  private end(error: unknown): void {
    this.shared.ended();
    const { lost } = this;
    const { subject } = this.message;
    const { stream } = this.to;
    this.reject(lost === undefined ? error : acknowledgementLost(subject, stream, lost, error));
  }
}
