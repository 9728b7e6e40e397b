import { headers, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import { BaseRpcContext } from '@nestjs/microservices';
import { quote } from '../errors/quote.js';
import { NatsTransportError } from '../errors/transport-error.js';
import type { SubjectPattern } from '../subject/pattern.js';
import { addHeaders, type HeadersInput, readHeaders } from './headers.js';
import { metadataOf } from './metadata.js';
import { requestTimeoutOf } from './request-timeout.js';

type ContextArgs = [subject: string, headers: MsgHdrs | undefined];

/** What the transport does to a context; see the functions that give access to it. */
interface Internals {
  attachMetadata(context: NatsMessageContext, metadata: Readonly<Record<string, string>>): void;
  finish(context: NatsMessageContext, reason: unknown): void;
}

// the class fills it in, whose private members are not for handlers: they hold contexts too
let internals: Internals;

/**
 * Is what a handler can learn about a core NATS message besides its payload, and how it can add to
 * the answer.
 *
 * Nothing is decoded before it is asked for. `getSubject()`, `getHeaders()` and `getArgs()` are
 * those of Nest's own `NatsContext`, so that a controller can change its transport unchanged.
 */
export class NatsMessageContext extends BaseRpcContext<ContextArgs> {
  /** The subject the message was sent to; with a wildcard pattern, the literal one. */
  readonly subject: string;
  private readonly receivedAt = performance.now();
  private paramsRead?: Readonly<Record<string, string>>;
  private packetMetadata?: Readonly<Record<string, string>>;
  private answerHeaders?: MsgHdrs;
  private abortion?: { controller: AbortController; timer: NodeJS.Timeout | undefined };

  static {
    internals = {
      attachMetadata: (context, metadata) => {
        context.packetMetadata = metadata;
      },
      finish: ({ abortion }, reason) => {
        if (abortion === undefined) return;
        clearTimeout(abortion.timer);
        if (reason !== undefined) abortion.controller.abort(reason);
      },
    };
  }

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

  /**
   * How many milliseconds the caller still waits, if it has said how long it will; 0 when it has
   * given up.
   */
  get remainingMs(): number | undefined {
    const timeoutMs = requestTimeoutOf(this.headers);
    if (timeoutMs === undefined) return undefined;
    return Math.max(0, timeoutMs - (performance.now() - this.receivedAt));
  }

  /**
   * Aborts when the caller has given up, or the application stops without waiting any longer. Hand
   * it to whatever the handler waits for.
   */
  get signal(): AbortSignal {
    return (this.abortion ??= this.startClock()).controller.signal;
  }

  /** The headers set for the answer so far. */
  get responseHeaders(): MsgHdrs | undefined {
    return this.answerHeaders;
  }

  /**
   * Adds headers to the answer; of a streamed answer, to its first frame.
   *
   * @throws NatsTransportError `INVALID_HEADER`
   */
  addResponseHeaders(input: HeadersInput): void {
    this.answerHeaders = addHeaders(this.answerHeaders ?? headers(), input);
  }

  /** {@link subject}, by the name Nest's `NatsContext` has for it. */
  getSubject(): string {
    return this.subject;
  }

  /** {@link headers}, by the name Nest's `NatsContext` has for it. */
  getHeaders(): MsgHdrs | undefined {
    return this.headers;
  }

  /** What the sender's dispatch hook attached to the packet: headers, with one value each. */
  getMetadata(): Record<string, string> {
    return { ...metadataOf(this.headers), ...this.packetMetadata };
  }

  override getArgs(): ContextArgs {
    return [this.subject, this.headers];
  }

  override getArgByIndex(index: number): unknown {
    return this.getArgs()[index];
  }

  private startClock(): { controller: AbortController; timer: NodeJS.Timeout | undefined } {
    const controller = new AbortController();
    const { remainingMs } = this;
    if (remainingMs === undefined) return { controller, timer: undefined };
    const abort = (): void => {
      const message = `The caller of ${quote(this.subject)} has given up waiting.`;
      controller.abort(
        new NatsTransportError('TIMEOUT', message, { details: { subject: this.subject } }),
      );
    };
    return { controller, timer: setTimeout(abort, remainingMs) };
  }
}

// the base class keeps an array; ours is made when asked for, because reading headers costs
const NO_ARGS: ContextArgs = ['', undefined];

/** Adds the metadata of an envelope to those in the headers. */
export function attachMetadata(
  context: NatsMessageContext,
  metadata: Readonly<Record<string, string>>,
): void {
  internals.attachMetadata(context, metadata);
}

/** Ends the handling: releases the timer of the signal. With a reason, aborts it. */
export function finishContext(context: NatsMessageContext, reason?: unknown): void {
  internals.finish(context, reason);
}
