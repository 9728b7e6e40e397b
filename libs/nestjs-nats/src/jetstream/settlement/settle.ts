import type { SharedConnection } from '../../connection/shared-connection.js';
import { firstReply } from '../../core/first-reply.js';
import { publishNow } from '../../core/publisher.js';
import { type Requester, requesterOf } from '../../core/requester.js';
import { quote } from '../../errors/quote.js';
import { isNatsTransportError, NatsTransportError } from '../../errors/transport-error.js';
import type { DeliveredMessage } from '../pull/delivery.js';
import { ACK, IN_PROGRESS, nakPayload, termPayload } from './ack-payload.js';
import { HeldAcks } from './held-acks.js';

/** A message of which the server could not be told what became of it: it will come again. */
export interface Unsettled {
  readonly action: 'ack' | 'nak' | 'term';
  readonly delivered: DeliveredMessage;
  readonly error: unknown;
}

/** How messages are settled. */
export interface SettleOptions {
  /** Whether to wait for the server's answer each time. */
  readonly confirmed: boolean;
  /** How long that may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Hears of messages that stay unsettled. Must not throw. */
  readonly report: (unsettled: Unsettled) => void;
}

/**
 * Tells the server what became of messages; `settlement.ts` decides it.
 *
 * The methods never throw. They give `true` when the server was told, at once or, with `confirmed`,
 * when it has answered; without a connection, where the client library would drop the word in
 * silence, `false`. An acknowledgement is then held until the connection stands again; everything
 * else is reported, and the message comes again.
 */
export class Settle {
  private readonly requester: Requester;
  private readonly held: HeldAcks;
  /** The consumer whose message was settled last. */
  private names = { stream: '', consumer: '', tokens: '..' };

  constructor(
    private readonly shared: SharedConnection,
    private readonly options: SettleOptions,
  ) {
    this.requester = requesterOf(shared);
    this.held = new HeldAcks(shared.events, {
      send: ({ action, delivered, payload }) => void this.tell(action, delivered, payload),
      drop: ({ action, delivered, error }) => options.report({ action, delivered, error }),
    });
  }

  /** The message is done. */
  ack(delivered: DeliveredMessage): boolean | Promise<boolean> {
    return this.tell('ack', delivered, ACK);
  }

  /** The message is to come again, after so many whole milliseconds. */
  nak(delivered: DeliveredMessage, delayMs: number): boolean | Promise<boolean> {
    return this.tell('nak', delivered, nakPayload(delayMs));
  }

  /** The message is never to come again. @param reason a line for the server's advisory */
  term(delivered: DeliveredMessage, reason: string): boolean | Promise<boolean> {
    return this.tell('term', delivered, termPayload(reason));
  }

  /** The message is worked on: the time to acknowledge it begins anew. */
  working(delivered: DeliveredMessage): boolean {
    try {
      this.publish(delivered, IN_PROGRESS);
      return true;
    } catch {
      // told again in a moment; if it is too late then, the message comes again and that is seen
      return false;
    }
  }

  /** Stops waiting for the connection: what is still held is reported. */
  close(): void {
    this.held.close();
  }

  private tell(
    action: Unsettled['action'],
    delivered: DeliveredMessage,
    payload: Uint8Array,
  ): boolean | Promise<boolean> {
    if (this.options.confirmed) return this.confirm(action, delivered, payload);
    try {
      this.publish(delivered, payload);
      return true;
    } catch (error) {
      return this.failed(action, delivered, payload, error);
    }
  }

  private publish(delivered: DeliveredMessage, payload: Uint8Array): void {
    publishNow(this.shared, { subject: this.ackSubject(delivered), payload });
  }

  private async confirm(
    action: Unsettled['action'],
    delivered: DeliveredMessage,
    payload: Uint8Array,
  ): Promise<boolean> {
    const { timeoutMs } = this.options;
    try {
      const subject = this.ackSubject(delivered);
      await firstReply(this.requester, { subject, payload, headers: undefined, timeoutMs });
      return true;
    } catch (error) {
      return this.failed(action, delivered, payload, error);
    }
  }

  private failed(
    action: Unsettled['action'],
    delivered: DeliveredMessage,
    payload: Uint8Array,
    error: unknown,
  ): false {
    const isDown =
      isNatsTransportError(error, 'NOT_CONNECTED') ||
      isNatsTransportError(error, 'CONNECTION_LOST');
    // a late nak would fetch a message that somebody else may be at by then
    if (isDown && action !== 'nak') this.held.add({ action, delivered, payload, error });
    else this.options.report({ action, delivered, error });
    return false;
  }

  /** Whoever writes to our inbox could name any subject: only this consumer's are published to. */
  private ackSubject({ message, delivery }: DeliveredMessage): string {
    const { reply = '' } = message;
    const { stream, consumer } = delivery;
    // the names are the same from message to message, and so is what is looked for
    if (stream !== this.names.stream || consumer !== this.names.consumer)
      this.names = { stream, consumer, tokens: `.${stream}.${consumer}.` };
    if (reply.startsWith('$JS.ACK.') && reply.includes(this.names.tokens)) return reply;
    throw new NatsTransportError(
      'INVALID_SUBJECT',
      `Cannot settle a message of the consumer ${quote(consumer)} of ${quote(stream)}: ` +
        `${quote(reply)} is not where its messages are acknowledged.`,
      { details: { subject: reply, stream, consumer } },
    );
  }
}
