import type { Msg } from '@nats-io/transport-node';
import type { CancelInbox } from '../../core/cancel-inbox.js';
import { isCatchAll, type ReplyPolicy } from '../../core/reply-policy.js';
import type { SlotWork } from '../../core/slots.js';
import type { DroppedEvent } from '../../events/handling-events.js';
import { OWN_ERROR_REPLIES } from '../../message/error-reply.js';
import { coreFacts } from './core-facts.js';
import { EventWork } from './event-work.js';
import type { HandlerParts } from './handler-parts.js';
import type { HandlerEntry, HandlerGroup } from './handler-table.js';
import type { Processing } from '../handling/processing.js';
import type { ReplyRefusals } from './reply-refusals.js';
import { RequestWork } from './request-work.js';
import { SlowHandlers } from './slow-handlers.js';

/** What a {@link HandlerRunner} works with. */
export interface HandlerRunnerOptions extends Omit<
  HandlerParts,
  'processing' | 'cancels' | 'replies'
> {
  readonly replyPolicy: ReplyPolicy;
}

/**
 * Takes messages of subscriptions to their handlers, and the outcome to the caller or the log.
 *
 * A message is a request when its handler is a request handler and it has a reply subject; an event
 * is never answered. No failure leaves this class: an event's is logged, a request's is answered.
 */
export class HandlerRunner {
  private readonly parts: HandlerParts;
  private readonly slow: SlowHandlers;

  constructor(
    processing: Processing,
    cancels: CancelInbox,
    replies: ReplyRefusals,
    private readonly options: HandlerRunnerOptions,
  ) {
    this.parts = { ...options, processing, cancels, replies };
    this.slow = new SlowHandlers(options.events);
  }

  /** Starts handling, or queues it; {@link Processing.inFlight} tells when it is over. */
  receive(group: HandlerGroup, message: Msg): void {
    const { events } = group;
    // to ask for a reply subject is to decode it
    if (group.request === undefined && !group.leavesRequests) {
      for (const handler of events) this.takeEvent(handler, message);
      return;
    }
    const { reply } = message;
    const request = this.isAnswer(group, message) ? undefined : group.request;
    if (reply && request !== undefined) {
      if (this.options.replyPolicy.allows(reply)) this.takeRequest(request, message, reply);
      else {
        this.options.failures.replyRefused(request, message.subject, reply);
        this.lost(request, message, 'reply');
      }
    } else if (events.length > 0) {
      if (!(reply && group.leavesRequests))
        for (const handler of events) this.takeEvent(handler, message);
    } else if (request !== undefined && !group.leavesEvents) {
      // a plain publish to a request handler: there is nobody to answer
      this.takeEvent(request, message);
    }
  }

  /** A request handler for every subject hears the answers of all, its own too: they are not for it. */
  private isAnswer({ filter, request }: HandlerGroup, { subject }: Msg): boolean {
    return request !== undefined && isCatchAll(filter) && this.options.replyPolicy.isInbox(subject);
  }

  private takeEvent(handler: HandlerEntry, message: Msg): void {
    if (this.submit(handler, new EventWork(this.parts, handler, message))) return;
    this.options.failures.overflow(handler, message.subject, 'dropped');
    this.lost(handler, message, 'overflow', 'event');
  }

  private takeRequest(handler: HandlerEntry, message: Msg, reply: string): void {
    const work = new RequestWork(this.parts, handler, message, reply);
    if (this.submit(handler, work)) return;
    handler.counter?.turnedAway(OWN_ERROR_REPLIES.UNAVAILABLE);
    const { overflow } = handler.options;
    const outcome = overflow === 'drop' ? 'dropped' : 'rejected';
    this.options.failures.overflow(handler, message.subject, outcome);
    this.lost(handler, message, 'overflow', 'request');
    if (overflow === 'reject') void work.reject();
  }

  /** @param work ends in the account of what is under way what is begun here */
  private submit(handler: HandlerEntry, work: SlotWork): boolean {
    const { inFlight } = this.parts.processing;
    inFlight.begin();
    const taken = handler.slots.submit(work);
    if (!taken) inFlight.end();
    else this.slow.look(handler);
    return taken;
  }

  /** Tells observers of a message that is not handled. */
  private lost(
    handler: HandlerEntry,
    { subject }: Msg,
    reason: DroppedEvent['reason'],
    kind: 'event' | 'request' = 'request',
  ): void {
    const { events } = this.options;
    const facts = coreFacts(handler, subject);
    const isRejected = reason === 'overflow' && handler.options.overflow === 'reject';
    if (!isRejected) events.tell('dropped', { ...facts, reason });
    const outcome = isRejected ? 'rejected' : 'dropped';
    events.tell('handled', { ...facts, handler: kind, outcome });
  }
}
