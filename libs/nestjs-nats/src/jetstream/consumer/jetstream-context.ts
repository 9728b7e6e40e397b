import type { Msg } from '@nats-io/transport-node';
import { NatsMessageContext } from '../../message/context.js';
import { HEADER } from '../../message/header-table.js';
import type { SubjectPattern } from '../../subject/pattern.js';
import type { Delivery } from '../pull/delivery.js';

/**
 * Is what a handler can learn about a message of a JetStream stream besides its payload.
 *
 * What a core message has too is the same. There is nobody who waits for an answer: the message is
 * acknowledged when the handler has completed.
 */
export class JetStreamContext extends NatsMessageContext {
  constructor(
    message: Msg,
    pattern: SubjectPattern,
    private readonly delivery: Delivery,
    /** Which attempt of a handler this is, from 1; crashes of other messages do not count. */
    readonly attempt: number,
  ) {
    super(message, pattern, false);
  }

  /** The stream that keeps the message. */
  get stream(): string {
    return this.delivery.stream;
  }

  /** The consumer it was delivered to: the durable, or a name made up for this process. */
  get consumer(): string {
    return this.delivery.consumer;
  }

  /** The message's sequence in the stream, which never changes: with the stream, its identity. */
  get sequence(): number {
    return this.delivery.streamSequence;
  }

  /** When the stream stored the message. */
  get storedAt(): Date {
    return new Date(this.delivery.storedAtMs);
  }

  /** How often the message was delivered to this consumer, this time included. */
  get deliveryCount(): number {
    return this.delivery.deliveryCount;
  }

  /** Whether it may have been handled before, in part or in full. */
  get redelivered(): boolean {
    return this.delivery.deliveryCount > 1;
  }

  /** How many messages of the consumer waited behind this one when it was delivered. */
  get pending(): number {
    return this.delivery.pending;
  }

  /** The id the publisher gave the message for de-duplication, if any. */
  get messageId(): string | undefined {
    return this.headers?.get(HEADER.msgId) || undefined;
  }

  /** Nobody waits for an answer; where the acknowledgement goes is not the handler's business. */
  override get replySubject(): undefined {
    return undefined;
  }

  /** Nobody waits, whatever a header says. */
  override get remainingMs(): undefined {
    return undefined;
  }
}
