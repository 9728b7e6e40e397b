import type { Msg } from '@nats-io/transport-node';
import { isObservable } from 'rxjs';
import { type Answerer, Responder } from '../../core/responder.js';
import type { SlotWork } from '../../core/slots.js';
import { isNatsTransportError } from '../../errors/transport-error.js';
import type { HandledOutcome } from '../../events/handling-events.js';
import { NatsMessageContext } from '../../message/context.js';
import { type ErrorReply, errorReply, OWN_ERROR_REPLIES } from '../../message/error-reply.js';
import type { MaybePromise } from '../../message/payload.js';
import type { ReplyFormat } from '../../message/reply-format.js';
import { coreFacts } from './core-facts.js';
import type { HandlerEntry } from './handler-table.js';
import type { HandlerParts } from './handler-parts.js';
import type { Incoming } from '../handling/incoming.js';
import { Work } from '../handling/work.js';

/** Answers a request with what its handler returns, or with its failure. */
export class RequestWork extends Work implements SlotWork, Answerer {
  readonly kind = 'request';
  readonly sends = true;
  readonly context: NatsMessageContext;
  /** There is none before it is known in which form the request came. */
  private responder: Responder | undefined = undefined;

  /** @param reply the reply subject, which a reply policy has allowed */
  constructor(
    private readonly parts: HandlerParts,
    readonly handler: HandlerEntry,
    private readonly message: Msg,
    private readonly reply: string,
  ) {
    super();
    this.context = new NatsMessageContext(message, handler.pattern);
  }

  get queue(): string | undefined {
    return this.handler.options.queue || undefined;
  }

  start(): void {
    const { processing } = this.parts;
    const { counter } = this.handler;
    if (counter === undefined || processing.isAborted) void processing.handle(this);
    else void counter.follow(() => processing.handle(this));
  }

  read(): MaybePromise<unknown> {
    const incoming = this.parts.read(this.message, this.handler, this.context);
    return incoming instanceof Promise
      ? incoming.then((read) => this.take(read))
      : this.take(incoming);
  }

  async unread(failure: unknown): Promise<void> {
    const told = isNatsTransportError(failure, 'PAYLOAD_TOO_LARGE')
      ? OWN_ERROR_REPLIES.REQUEST_TOO_LARGE
      : OWN_ERROR_REPLIES.BAD_REQUEST;
    this.report(failure);
    this.tell('error', failure);
    this.handler.counter?.failed(told);
    await this.refuse(told);
  }

  follow(result: unknown): MaybePromise<void> {
    const responder = this.answers;
    return isObservable(result) ? responder.values(result) : responder.value(result);
  }

  /** An interceptor that kept a failure to itself leaves the caller without an answer. */
  succeeded(): MaybePromise<void> {
    this.tell('ok');
    return this.answers.ensureAnswered();
  }

  async failed(failure: unknown): Promise<void> {
    const reply = replyFor(failure);
    // what a handler or filter made for its caller is no news for the operator, if it gets there
    if (reply.original === undefined || this.answers.isAnswered) this.report(failure);
    this.tell('error', failure);
    if (!isNatsTransportError(failure, 'CANCELLED')) this.handler.counter?.failed(reply);
    await this.refuse(reply);
  }

  report(failure: unknown): void {
    // the handler has ended because it was told to
    if (isNatsTransportError(failure, 'CANCELLED')) return;
    this.parts.failures.request(this.handler, this.context.subject, failure);
  }

  over(): void {
    this.parts.processing.inFlight.end();
    this.handler.slots.free();
  }

  answering(reply: string): void {
    this.parts.replies.answered(reply, this.handler);
  }

  /** Tells the caller instead of handling it that there is too much work, in the form in which it has asked. */
  async reject(): Promise<void> {
    const { inFlight } = this.parts.processing;
    inFlight.begin();
    try {
      await this.read();
    } catch {
      // that it is not handled is all there is to say
    }
    try {
      await this.refuse(OWN_ERROR_REPLIES.UNAVAILABLE);
    } finally {
      inFlight.end();
    }
  }

  private take({ data, replyFormat }: Incoming): unknown {
    this.responder = this.respondIn(replyFormat);
    return data;
  }

  private get answers(): Responder {
    if (this.responder !== undefined) return this.responder;
    return (this.responder = this.respondIn(
      this.parts.unreadReplyFormat ?? this.handler.replyFormat,
    ));
  }

  private respondIn(format: ReplyFormat): Responder {
    const { connection, cancels } = this.parts;
    return new Responder(connection, this.reply, format, this.context, cancels, this);
  }

  /** Tells observers what became of the request. */
  private tell(outcome: HandledOutcome, error?: unknown): void {
    const { events } = this.parts;
    if (!events.hears('handled')) return;
    const facts = coreFacts(this.handler, this.context.subject);
    events.tell('handled', { ...facts, handler: 'request', outcome, error });
  }

  /** Answers with an error. */
  private async refuse(reply: ErrorReply): Promise<void> {
    try {
      await this.answers.error(reply);
    } catch (error) {
      this.parts.failures.unanswered(this.handler, this.context.subject, error);
    }
  }
}

/** What kept an answer from being sent is told as such; else the failure is the handler's. */
function replyFor(failure: unknown): ErrorReply {
  if (isNatsTransportError(failure, 'CLOSED')) return OWN_ERROR_REPLIES.STOPPING;
  if (isNatsTransportError(failure, 'ENCODE_FAILED')) return OWN_ERROR_REPLIES.ENCODE_FAILED;
  if (isNatsTransportError(failure, 'PAYLOAD_TOO_LARGE'))
    return OWN_ERROR_REPLIES.PAYLOAD_TOO_LARGE;
  return errorReply(failure);
}
