import type { Msg } from '@nats-io/transport-node';
import { isObservable } from 'rxjs';
import type { SharedConnection } from '../connection/shared-connection.js';
import { InFlight } from '../core/in-flight.js';
import type { ReplyPolicy } from '../core/reply-policy.js';
import { Responder } from '../core/responder.js';
import { isNatsTransportError, NatsTransportError } from '../errors/transport-error.js';
import type { InterceptorChain } from '../interceptor/compose.js';
import { cancelContext, finishContext, NatsMessageContext } from '../message/context.js';
import { type ErrorReply, errorReply, OWN_ERROR_REPLIES } from '../message/error-reply.js';
import type { MaybePromise } from '../message/payload.js';
import type { ReplyFormat } from '../message/reply-format.js';
import type { FailureLog } from './failure-log.js';
import { completion } from './handler-result.js';
import type { HandlerEntry, HandlerGroup } from './handler-table.js';
import type { Incoming, IncomingReader } from './incoming.js';
import type { ProcessingHooks } from './processing-hooks.js';

/** What a {@link HandlerRunner} works with. */
export interface HandlerRunnerOptions {
  readonly connection: SharedConnection;
  readonly read: IncomingReader;
  /** Writes answers to what cannot be read; nothing when the handler's own format does. */
  readonly unreadReplyFormat: ReplyFormat | undefined;
  readonly replyPolicy: ReplyPolicy;
  readonly failures: FailureLog;
  readonly hooks: ProcessingHooks;
  /** Nothing when there are no interceptors. */
  readonly chain: InterceptorChain | undefined;
}

/**
 * Takes messages of subscriptions to their handlers, and the outcome to the caller or the log.
 *
 * A message is a request when its handler is a request handler and it has a reply subject; an event
 * is never answered. No failure leaves this class: an event's is logged, a request's is answered.
 */
export class HandlerRunner {
  readonly inFlight = new InFlight();
  /** The contexts of messages that are being handled, to abort them when waiting is over. */
  private readonly contexts = new Set<NatsMessageContext>();
  /** Changes when waiting is over: what was queued before is not started any more. */
  private epoch = 0;

  constructor(private readonly options: HandlerRunnerOptions) {}

  /** Starts handling, or queues it; {@link inFlight} tells when it is over. */
  receive(group: HandlerGroup, message: Msg): void {
    const { events, request } = group;
    const { reply } = message;
    if (reply && request !== undefined) {
      if (this.options.replyPolicy.allows(reply)) this.takeRequest(request, message, reply);
      else this.options.failures.replyRefused(request, message.subject, reply);
    } else if (events.length > 0) {
      if (!(reply && group.leavesRequests))
        for (const handler of events) this.takeEvent(handler, message);
    } else if (request !== undefined && !group.leavesEvents) {
      // a plain publish to a request handler: there is nobody to answer
      this.takeEvent(request, message);
    }
  }

  /** Tells the handlers that still run that nobody waits for them, and starts none that waits. */
  abort(): void {
    this.epoch++;
    const reason = new NatsTransportError(
      'CLOSED',
      'The application stops without waiting any longer.',
    );
    for (const context of this.contexts) cancelContext(context, reason);
  }

  private takeEvent(handler: HandlerEntry, message: Msg): void {
    const context = new NatsMessageContext(message, handler.pattern);
    const taken = this.submit(handler, () => this.handleEvent(handler, message, context));
    if (!taken) this.options.failures.overflow(handler, message.subject, 'dropped');
  }

  private takeRequest(handler: HandlerEntry, message: Msg, reply: string): void {
    const context = new NatsMessageContext(message, handler.pattern);
    if (this.submit(handler, () => this.handleRequest(handler, message, reply, context))) return;
    const { overflow } = handler.options;
    const outcome = overflow === 'drop' ? 'dropped' : 'rejected';
    this.options.failures.overflow(handler, message.subject, outcome);
    if (overflow === 'reject') void this.refuse(handler, message, reply, context);
  }

  /** Tells a caller that there is too much work, in the form in which it has asked. */
  private async refuse(
    handler: HandlerEntry,
    message: Msg,
    reply: string,
    context: NatsMessageContext,
  ): Promise<void> {
    const incoming = await this.read(handler, message, context).catch(() => undefined);
    const responder = this.responder(handler, reply, context, incoming);
    await this.answerError(responder, OWN_ERROR_REPLIES.UNAVAILABLE, handler, message);
  }

  private submit(handler: HandlerEntry, work: () => Promise<void>): boolean {
    const done = this.inFlight.begin();
    const { epoch } = this;
    const taken = handler.slots.submit(async () => {
      try {
        if (epoch === this.epoch) await work();
      } finally {
        done();
      }
    });
    if (!taken) done();
    return taken;
  }

  private async handleEvent(
    handler: HandlerEntry,
    message: Msg,
    context: NatsMessageContext,
  ): Promise<void> {
    const { epoch } = this;
    try {
      const incoming = await this.read(handler, message, context);
      // reading may have taken its time
      if (epoch !== this.epoch) return;
      await this.process(handler, context, incoming, 'event', (result) =>
        completion(result, context),
      );
    } catch (failure) {
      this.options.failures.event(handler, message.subject, failure);
    }
  }

  private async handleRequest(
    handler: HandlerEntry,
    message: Msg,
    reply: string,
    context: NatsMessageContext,
  ): Promise<void> {
    const { epoch } = this;
    let incoming: Incoming;
    try {
      incoming = await this.read(handler, message, context);
    } catch (failure) {
      this.options.failures.request(handler, message.subject, failure);
      const responder = this.responder(handler, reply, context);
      await this.answerError(responder, OWN_ERROR_REPLIES.BAD_REQUEST, handler, message);
      return;
    }
    if (epoch !== this.epoch) return;
    const responder = this.responder(handler, reply, context, incoming);
    try {
      await this.process(handler, context, incoming, 'request', (result) =>
        isObservable(result) ? responder.values(result) : responder.value(result),
      );
      // an interceptor that kept a failure to itself leaves the caller without an answer
      await responder.ensureAnswered();
    } catch (failure) {
      const answer = errorReplyFor(failure);
      // what a handler or filter made for its caller is no news for the operator
      if (answer.original === undefined)
        this.options.failures.request(handler, message.subject, failure);
      await this.answerError(responder, answer, handler, message);
    }
  }

  private async read(
    handler: HandlerEntry,
    message: Msg,
    context: NatsMessageContext,
  ): Promise<Incoming> {
    return this.options.read(message, handler, context);
  }

  private async process(
    handler: HandlerEntry,
    context: NatsMessageContext,
    incoming: Incoming,
    kind: 'event' | 'request',
    follow: (result: unknown) => MaybePromise<void>,
  ): Promise<void> {
    const { hooks, chain } = this.options;
    const { data } = incoming;
    const work = async (): Promise<void> => follow(await handler.callback(data, context));
    this.contexts.add(context);
    try {
      if (chain === undefined) return await hooks.run(context, work);
      const operation = {
        kind: 'process',
        subject: context.subject,
        data,
        context,
        handler: kind,
      } as const;
      await hooks.run(context, async () => void (await chain(operation, work)));
    } finally {
      this.contexts.delete(context);
      finishContext(context);
    }
  }

  private async answerError(
    responder: Responder,
    reply: ErrorReply,
    handler: HandlerEntry,
    message: Msg,
  ): Promise<void> {
    try {
      await responder.error(reply);
    } catch (error) {
      this.options.failures.unanswered(handler, message.subject, error);
    }
  }

  private responder(
    handler: HandlerEntry,
    reply: string,
    context: NatsMessageContext,
    incoming?: Incoming,
  ): Responder {
    const format = incoming?.replyFormat ?? this.options.unreadReplyFormat ?? handler.replyFormat;
    return new Responder(this.options.connection, reply, format, context);
  }
}

/** What kept an answer from being sent is told as such; else the failure is the handler's. */
function errorReplyFor(failure: unknown): ErrorReply {
  if (isNatsTransportError(failure, 'CLOSED')) return OWN_ERROR_REPLIES.STOPPING;
  if (isNatsTransportError(failure, 'ENCODE_FAILED')) return OWN_ERROR_REPLIES.ENCODE_FAILED;
  if (isNatsTransportError(failure, 'PAYLOAD_TOO_LARGE'))
    return OWN_ERROR_REPLIES.PAYLOAD_TOO_LARGE;
  return errorReply(failure);
}
