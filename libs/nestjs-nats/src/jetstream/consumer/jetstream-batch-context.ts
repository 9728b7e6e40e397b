import type { Msg } from '@nats-io/transport-node';
import { cancelContext, NatsMessageContext, whenCancelled } from '../../message/context.js';
import type { SubjectPattern } from '../../subject/pattern.js';
import type { JetStreamContext } from './jetstream-context.js';

/**
 * Is what a handler that takes several messages at a time can learn about them.
 *
 * What stands for one message, its subject and headers for example, is that of the first.
 */
export class JetStreamBatchContext extends NatsMessageContext {
  /**
   * @param first the first message, and the pattern of its handler
   * @param messages the contexts of the messages, in the order of their payloads; at least one
   */
  constructor(
    first: Msg,
    pattern: SubjectPattern,
    readonly messages: readonly JetStreamContext[],
  ) {
    super(first, pattern, false);
    // whoever holds one of them learns it too
    const cut = (reason: unknown): void => {
      for (const message of messages) cancelContext(message, reason);
    };
    whenCancelled(this, cut, { withCaller: false });
  }

  /** The stream that keeps the messages. */
  get stream(): string {
    return this.messages[0]!.stream;
  }

  /** The consumer they were delivered to. */
  get consumer(): string {
    return this.messages[0]!.consumer;
  }

  /** How many bytes the payloads have together. */
  override get payloadBytes(): number {
    return this.messages.reduce((sum, { payloadBytes }) => sum + payloadBytes, 0);
  }

  /** Nobody waits for an answer. */
  override get replySubject(): undefined {
    return undefined;
  }

  /** Nobody waits, whatever a header says. */
  override get remainingMs(): undefined {
    return undefined;
  }
}
