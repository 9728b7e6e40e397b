import { headers, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import { BaseRpcContext } from '@nestjs/microservices';
import type { SubjectPattern } from '../subject/pattern.js';
import { Cancellation } from './cancellation.js';
import { addHeaders, type HeadersInput, readHeaders } from './headers.js';
import { metadataOf } from './metadata.js';
import { requestTimeoutOf } from './request-timeout.js';

const CONTEXT = Symbol.for('nestjs-nats.message-context');

type ContextArgs = [subject: string, headers: MsgHdrs | undefined];

/** What the transport does to a context; see the functions that give access to it. */
interface Internals {
  attachMetadata(context: NatsMessageContext, metadata: Readonly<Record<string, string>>): void;
  cancellation(context: NatsMessageContext): Cancellation;
  restartClock(context: NatsMessageContext): void;
  finish(context: NatsMessageContext): void;
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
  /** Since when the caller waits: the time it has told begins anew with each value of a stream. */
  private awaitedSince: number;
  private paramsRead?: Readonly<Record<string, string>>;
  private packetMetadata?: Readonly<Record<string, string>>;
  private answerHeaders?: MsgHdrs;
  /** There is none before somebody needs it. */
  private cancellation?: Cancellation;
  private finished = false;

  static {
    internals = {
      attachMetadata: (context, metadata) => {
        context.packetMetadata = metadata;
      },
      cancellation: (context) => {
        if (context.cancellation !== undefined) return context.cancellation;
        // of a message that is done with, the time does not count any more
        const counts = context.isAwaited && !context.finished;
        const timeoutMs = counts ? requestTimeoutOf(context.headers) : undefined;
        const waitedMs = performance.now() - context.awaitedSince;
        return (context.cancellation = new Cancellation(context.subject, timeoutMs, waitedMs));
      },
      restartClock: (context) => {
        context.awaitedSince = performance.now();
        context.cancellation?.restartClock();
      },
      finish: (context) => {
        context.finished = true;
        context.cancellation?.release();
      },
    };
  }

  /** @param isAwaited whether anybody may wait for the handler: for that of an event or a stream nobody does */
  constructor(
    private readonly message: Msg,
    private readonly subjectPattern: SubjectPattern,
    private readonly isAwaited = true,
  ) {
    super(NO_ARGS);
    this.awaitedSince = isAwaited ? performance.now() : 0;
  }

  /** Marks a context across copies of the package, where `instanceof` fails. */
  get [CONTEXT](): true {
    return true;
  }

  /** The subject the message was sent to; with a wildcard pattern, the literal one. */
  get subject(): string {
    return this.message.subject;
  }

  /** The pattern of the handler, as declared. */
  get pattern(): string {
    return this.subjectPattern.pattern;
  }

  /** The values of the pattern's named tokens: `orders.:orderId.created` gives `orderId`. */
  get params(): Readonly<Record<string, string>> {
    return (this.paramsRead ??= this.subjectPattern.params(this.subject));
  }

  /** How many bytes the payload has. */
  get payloadBytes(): number {
    return this.message.data.length;
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
   * How many whole milliseconds the caller still waits for an answer, or for the next value of a stream, if
   * it has said how long it will; 0 when it has given up. Nothing for an event, and for a message of a stream.
   */
  get remainingMs(): number | undefined {
    if (!this.isAwaited) return undefined;
    const timeoutMs = requestTimeoutOf(this.headers);
    if (timeoutMs === undefined) return undefined;
    // a timer may fire within the millisecond before: then it is over
    return Math.max(0, Math.floor(timeoutMs - (performance.now() - this.awaitedSince)));
  }

  /**
   * Aborts when the caller has given up, `handlerTimeoutMs` of a stream's handler is over, or the application
   * stops without waiting any longer. Hand it to whatever the handler waits for.
   */
  get signal(): AbortSignal {
    return internals.cancellation(this).signal;
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
}

// the base class keeps an array; ours is made when asked for, because reading headers costs
const NO_ARGS: ContextArgs = ['', undefined];

/** Tells whether `value` is a {@link NatsMessageContext}, also one of another copy of this package. */
export function isNatsMessageContext(value: unknown): value is NatsMessageContext {
  return typeof value === 'object' && value !== null && CONTEXT in value;
}

/** Adds the metadata of an envelope to those in the headers. */
export function attachMetadata(
  context: NatsMessageContext,
  metadata: Readonly<Record<string, string>>,
): void {
  internals.attachMetadata(context, metadata);
}

/** Cuts the handling short: the signal aborts, also if the handler asks for it later. */
export function cancelContext(context: NatsMessageContext, reason: unknown): void {
  internals.cancellation(context).cancel(reason);
}

/** Hears that the handling is cut short; see {@link Cancellation.onCancel}. There is one listener. */
export function whenCancelled(
  context: NatsMessageContext,
  leave: (reason: unknown) => void,
  { withCaller }: { readonly withCaller: boolean },
): void {
  internals.cancellation(context).onCancel(leave, withCaller);
}

/** Says that the caller has got a value and waits for the next one. */
export function restartClock(context: NatsMessageContext): void {
  internals.restartClock(context);
}

/** Says that the message is handled: there is nothing left to cut short. */
export function finishContext(context: NatsMessageContext): void {
  internals.finish(context);
}
