import type { Msg, MsgHdrs } from '@nats-io/transport-node';
import { BaseRpcContext } from '@nestjs/microservices';
import type { SubjectPattern } from '../subject/pattern.js';
import { readHeaders } from './headers.js';

type ContextArgs = [subject: string, headers: MsgHdrs | undefined];

/**
 * Is what a handler can learn about a core NATS message besides its payload.
 *
 * Nothing is decoded before it is asked for. `getSubject()`, `getHeaders()` and `getArgs()` are
 * those of Nest's own `NatsContext`, so that a controller can change its transport unchanged.
 */
export class NatsMessageContext extends BaseRpcContext<ContextArgs> {
  /** The subject the message was sent to; with a wildcard pattern, the literal one. */
  readonly subject: string;
  private paramsRead?: Readonly<Record<string, string>>;

  constructor(
    private readonly message: Msg,
    private readonly subjectPattern: SubjectPattern,
  ) {
    super(NO_ARGS);
    this.subject = message.subject;
  }

  /** The pattern of the handler, as declared. */
  get pattern(): string {
    return this.subjectPattern.pattern;
  }

  /** The values of the pattern's named tokens: `orders.:orderId.created` gives `orderId`. */
  get params(): Readonly<Record<string, string>> {
    return (this.paramsRead ??= this.subjectPattern.params(this.subject));
  }

  /**
   * The headers, or nothing when the message has none.
   *
   * @throws NatsTransportError `INVALID_HEADER` when the sender wrote malformed ones
   */
  get headers(): MsgHdrs | undefined {
    return readHeaders(this.message);
  }

  /** Where the sender expects an answer, if anywhere. */
  get replySubject(): string | undefined {
    return this.message.reply || undefined;
  }

  /** {@link subject}, by the name Nest's `NatsContext` has for it. */
  getSubject(): string {
    return this.subject;
  }

  /** {@link headers}, by the name Nest's `NatsContext` has for it. */
  getHeaders(): MsgHdrs | undefined {
    return this.headers;
  }

  override getArgs(): ContextArgs {
    return [this.subject, this.headers];
  }

  override getArgByIndex(index: number): unknown {
    return this.getArgs()[index];
  }
}

// the base class keeps an array; ours is made when asked for, because reading headers costs
const NO_ARGS: ContextArgs = ['', undefined];
