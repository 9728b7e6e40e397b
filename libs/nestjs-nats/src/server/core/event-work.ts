import type { Msg } from '@nats-io/transport-node';
import type { SlotWork } from '../../core/slots.js';
import { NatsMessageContext } from '../../message/context.js';
import type { MaybePromise } from '../../message/payload.js';
import { coreFacts } from './core-facts.js';
import { completion } from '../handling/handler-result.js';
import type { HandlerEntry } from './handler-table.js';
import type { HandlerParts } from './handler-parts.js';
import { dataOf } from '../handling/incoming.js';
import { Work } from '../handling/work.js';

/** Follows an event to its end; there is nobody to answer, so a failure is logged. */
export class EventWork extends Work implements SlotWork {
  readonly kind = 'event';
  readonly sends = false;
  readonly context: NatsMessageContext;

  constructor(
    private readonly parts: HandlerParts,
    readonly handler: HandlerEntry,
    private readonly message: Msg,
  ) {
    super();
    this.context = new NatsMessageContext(message, handler.pattern, false);
  }

  get queue(): string | undefined {
    return this.handler.options.queue || undefined;
  }

  start(): void {
    void this.parts.processing.handle(this);
  }

  read(): MaybePromise<unknown> {
    return dataOf(this.parts.read(this.message, this.handler, this.context));
  }

  unread(failure: unknown): void {
    this.failed(failure);
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
    this.parts.failures.event(this.handler, this.context.subject, failure);
  }

  over(): void {
    this.parts.processing.inFlight.end();
    this.handler.slots.free();
  }

  private tell(outcome: 'ok' | 'error', error?: unknown): void {
    const { events } = this.parts;
    if (!events.hears('handled')) return;
    const facts = coreFacts(this.handler, this.context.subject);
    events.tell('handled', { ...facts, handler: 'event', outcome, error });
  }
}
