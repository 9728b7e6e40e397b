import type { MessageEvents } from '../events/message-events.js';
import type { NatsMessageContext } from '../message/context.js';
import type { MaybePromise } from '../message/payload.js';
import { coreFacts } from './core-facts.js';
import type { FailureLog } from './failure-log.js';
import { completion } from './handler-result.js';
import type { HandlerEntry } from './handler-table.js';
import type { Outcome } from './processing.js';

/** Follows an event to its end; there is nobody to answer, so a failure is logged. */
export class EventOutcome implements Outcome {
  readonly kind = 'event';
  readonly sends = false;

  constructor(
    private readonly handler: HandlerEntry,
    private readonly context: NatsMessageContext,
    private readonly failures: FailureLog,
    private readonly events: MessageEvents,
  ) {}

  get queue(): string | undefined {
    return this.handler.options.queue || undefined;
  }

  follow(result: unknown): MaybePromise<void> {
    return completion(result, this.context);
  }

  succeeded(): void {
    this.tell('ok');
  }

  failed(failure: unknown): void {
    this.report(failure);
    this.tell('error', failure);
  }

  report(failure: unknown): void {
    this.failures.event(this.handler, this.context.subject, failure);
  }

  private tell(outcome: 'ok' | 'error', error?: unknown): void {
    if (!this.events.hears('handled')) return;
    const facts = coreFacts(this.handler, this.context.subject);
    this.events.tell('handled', { ...facts, handler: 'event', outcome, error });
  }
}
