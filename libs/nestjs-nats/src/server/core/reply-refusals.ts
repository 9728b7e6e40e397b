import type { NatsEventBus } from '../../connection/events.js';
import { isRefusedPublish } from '../../core/confirm.js';
import type { ReplyPolicy } from '../../core/reply-policy.js';
import { SentReplies } from '../../core/sent-replies.js';
import type { FailureLog } from '../failure-log.js';
import type { HandlerEntry } from './handler-table.js';

/** Finds out whose answers the server refuses to publish: the caller waits, and nobody else knows. */
export class ReplyRefusals {
  private readonly sent = new SentReplies<HandlerEntry>();
  private stopListening: (() => void) | undefined;

  constructor(
    private readonly events: NatsEventBus,
    private readonly replyPolicy: ReplyPolicy,
    private readonly failures: FailureLog,
  ) {}

  /** Listens to what the server refuses, until {@link close}. */
  listen(): void {
    this.stopListening ??= this.events.on('error', (error) => this.refused(error));
  }

  /** A handler answers on this subject. */
  answered(reply: string, handler: HandlerEntry): void {
    this.sent.add(reply, handler);
  }

  /** Listens no more. */
  close(): void {
    this.stopListening?.();
  }

  private refused(error: Error): void {
    if (!isRefusedPublish(error) || !this.replyPolicy.isInbox(error.subject)) return;
    const handler = this.sent.take(error.subject);
    if (handler !== undefined) this.failures.answerRefused(handler, error.subject);
  }
}
