import type { Msg } from '@nats-io/transport-node';
import type { SharedConnection } from '../connection/shared-connection.js';
import type { CancelInbox } from '../core/cancel-inbox.js';
import { isCatchAll, type ReplyPolicy } from '../core/reply-policy.js';
import { Responder } from '../core/responder.js';
import { isNatsTransportError } from '../errors/transport-error.js';
import type { DroppedEvent } from '../events/handling-events.js';
import type { MessageEvents } from '../events/message-events.js';
import { NatsMessageContext } from '../message/context.js';
import { OWN_ERROR_REPLIES } from '../message/error-reply.js';
import type { ReplyFormat } from '../message/reply-format.js';
import { coreFacts } from './core-facts.js';
import { EventOutcome } from './event-outcome.js';
import type { FailureLog } from './failure-log.js';
import type { HandlerEntry, HandlerGroup } from './handler-table.js';
import type { Incoming, IncomingReader } from './incoming.js';
import type { Processing } from './processing.js';
import { SlowHandlers } from './slow-handlers.js';
import { RequestOutcome } from './request-outcome.js';

/** What a {@link HandlerRunner} works with. */
export interface HandlerRunnerOptions {
  readonly connection: SharedConnection;
  readonly read: IncomingReader;
  /** Writes answers to what cannot be read; nothing when the handler's own format does. */
  readonly unreadReplyFormat: ReplyFormat | undefined;
  readonly replyPolicy: ReplyPolicy;
  readonly failures: FailureLog;
  readonly events: MessageEvents;
}

/**
 * Takes messages of subscriptions to their handlers, and the outcome to the caller or the log.
 *
 * A message is a request when its handler is a request handler and it has a reply subject; an event
 * is never answered. No failure leaves this class: an event's is logged, a request's is answered.
 */
export class HandlerRunner {
  private readonly slow: SlowHandlers;

  constructor(
    private readonly processing: Processing,
    private readonly cancels: CancelInbox,
    private readonly options: HandlerRunnerOptions,
  ) {
    this.slow = new SlowHandlers(options.events);
  }

  /** Starts handling, or queues it; {@link Processing.inFlight} tells when it is over. */
  receive(group: HandlerGroup, message: Msg): void {
    const { events } = group;
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
    const context = new NatsMessageContext(message, handler.pattern);
    const taken = this.submit(handler, () => this.handleEvent(handler, message, context));
    if (taken) return;
    this.options.failures.overflow(handler, message.subject, 'dropped');
    this.lost(handler, message, 'overflow', 'event');
  }

  private takeRequest(handler: HandlerEntry, message: Msg, reply: string): void {
    const context = new NatsMessageContext(message, handler.pattern);
    const { counter } = handler;
    const handle = (): Promise<void> => this.handleRequest(handler, message, reply, context);
    const counted = (): Promise<void> =>
      counter === undefined || this.processing.isAborted ? handle() : counter.follow(handle);
    if (this.submit(handler, counter === undefined ? handle : counted)) return;
    counter?.turnedAway(OWN_ERROR_REPLIES.UNAVAILABLE);
    const { overflow } = handler.options;
    const outcome = overflow === 'drop' ? 'dropped' : 'rejected';
    this.options.failures.overflow(handler, message.subject, outcome);
    this.lost(handler, message, 'overflow', 'request');
    if (overflow === 'reject') {
      this.processing.inFlight.begin();
      void this.reject(handler, message, reply, context);
    }
  }

  /** @param work ends in the account of what is under way what is begun here */
  private submit(handler: HandlerEntry, work: () => Promise<void>): boolean {
    const { inFlight } = this.processing;
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

  private async handleEvent(
    handler: HandlerEntry,
    message: Msg,
    context: NatsMessageContext,
  ): Promise<void> {
    const { failures, events, read } = this.options;
    try {
      // it may have waited until nobody waits for it
      if (this.processing.isAborted) return;
      const outcome = new EventOutcome(handler, context, failures, events);
      let incoming: Incoming;
      try {
        const reading = read(message, handler, context);
        incoming = reading instanceof Promise ? await reading : reading;
      } catch (failure) {
        outcome.failed(failure);
        return;
      }
      await this.processing.process(handler, context, incoming.data, outcome);
    } finally {
      this.processing.inFlight.end();
    }
  }

  private async handleRequest(
    handler: HandlerEntry,
    message: Msg,
    reply: string,
    context: NatsMessageContext,
  ): Promise<void> {
    try {
      if (this.processing.isAborted) return;
      let incoming: Incoming;
      try {
        const reading = this.options.read(message, handler, context);
        incoming = reading instanceof Promise ? await reading : reading;
      } catch (failure) {
        await this.refuseUnread(handler, reply, context, failure);
        return;
      }
      const outcome = this.requestOutcome(handler, reply, context, incoming);
      await this.processing.process(handler, context, incoming.data, outcome);
    } finally {
      this.processing.inFlight.end();
    }
  }

  private async refuseUnread(
    handler: HandlerEntry,
    reply: string,
    context: NatsMessageContext,
    failure: unknown,
  ): Promise<void> {
    const outcome = this.requestOutcome(handler, reply, context);
    outcome.report(failure);
    outcome.tell('error', failure);
    const told = isNatsTransportError(failure, 'PAYLOAD_TOO_LARGE')
      ? OWN_ERROR_REPLIES.REQUEST_TOO_LARGE
      : OWN_ERROR_REPLIES.BAD_REQUEST;
    handler.counter?.failed(told);
    await outcome.refuse(told);
  }

  /** Tells a caller that there is too much work, in the form in which it has asked. */
  private async reject(
    handler: HandlerEntry,
    message: Msg,
    reply: string,
    context: NatsMessageContext,
  ): Promise<void> {
    let incoming: Incoming | undefined;
    try {
      incoming = await this.options.read(message, handler, context);
    } catch {
      // that it is not handled is all there is to say
    }
    try {
      const outcome = this.requestOutcome(handler, reply, context, incoming);
      await outcome.refuse(OWN_ERROR_REPLIES.UNAVAILABLE);
    } finally {
      this.processing.inFlight.end();
    }
  }

  private requestOutcome(
    handler: HandlerEntry,
    reply: string,
    context: NatsMessageContext,
    incoming?: Incoming,
  ): RequestOutcome {
    const { connection, unreadReplyFormat, failures, events } = this.options;
    const format = incoming?.replyFormat ?? unreadReplyFormat ?? handler.replyFormat;
    const responder = new Responder(connection, reply, format, context, this.cancels);
    return new RequestOutcome(responder, handler, context.subject, failures, events);
  }
}
