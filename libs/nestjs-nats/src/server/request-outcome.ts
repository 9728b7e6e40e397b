import { isObservable } from 'rxjs';
import type { Responder } from '../core/responder.js';
import type { HandledOutcome } from '../events/handling-events.js';
import type { MessageEvents } from '../events/message-events.js';
import { isNatsTransportError } from '../errors/transport-error.js';
import { type ErrorReply, errorReply, OWN_ERROR_REPLIES } from '../message/error-reply.js';
import type { MaybePromise } from '../message/payload.js';
import { coreFacts } from './core-facts.js';
import type { FailureLog } from './failure-log.js';
import type { HandlerEntry } from './handler-table.js';
import type { Outcome } from './processing.js';

/** Answers a request with what its handler returns, or with its failure. */
export class RequestOutcome implements Outcome {
  readonly kind = 'request';
  readonly sends = true;

  constructor(
    private readonly responder: Responder,
    private readonly handler: HandlerEntry,
    private readonly subject: string,
    private readonly failures: FailureLog,
    private readonly events: MessageEvents,
  ) {}

  get queue(): string | undefined {
    return this.handler.options.queue || undefined;
  }

  follow(result: unknown): MaybePromise<void> {
    return isObservable(result) ? this.responder.values(result) : this.responder.value(result);
  }

  /** An interceptor that kept a failure to itself leaves the caller without an answer. */
  succeeded(): MaybePromise<void> {
    this.tell('ok');
    return this.responder.ensureAnswered();
  }

  async failed(failure: unknown): Promise<void> {
    const reply = replyFor(failure);
    // what a handler or filter made for its caller is no news for the operator, if it gets there
    if (reply.original === undefined || this.responder.isAnswered) this.report(failure);
    this.tell('error', failure);
    if (!isNatsTransportError(failure, 'CANCELLED')) this.handler.counter?.failed(reply);
    await this.refuse(reply);
  }

  /** Tells observers what became of the request. */
  tell(outcome: HandledOutcome, error?: unknown): void {
    if (!this.events.hears('handled')) return;
    const facts = coreFacts(this.handler, this.subject);
    this.events.tell('handled', { ...facts, handler: 'request', outcome, error });
  }

  report(failure: unknown): void {
    // the handler has ended because it was told to
    if (isNatsTransportError(failure, 'CANCELLED')) return;
    this.failures.request(this.handler, this.subject, failure);
  }

  /** Answers with an error. */
  async refuse(reply: ErrorReply): Promise<void> {
    try {
      await this.responder.error(reply);
    } catch (error) {
      this.failures.unanswered(this.handler, this.subject, error);
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
