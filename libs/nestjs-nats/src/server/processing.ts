import type { MessageHandler } from '@nestjs/microservices';
import { InFlight } from '../core/in-flight.js';
import { LoopTurns } from '../core/loop-turns.js';
import { quote } from '../errors/quote.js';
import { NatsTransportError } from '../errors/transport-error.js';
import type { InterceptorChain } from '../interceptor/compose.js';
import type { ProcessOperation, SettlementListener } from '../interceptor/interceptor.js';
import { cancelContext, finishContext, type NatsMessageContext } from '../message/context.js';
import type { MaybePromise } from '../message/payload.js';
import type { ProcessingHooks } from './processing-hooks.js';

/**
 * Is what becomes of one message. Only {@link follow} may fail.
 *
 * Either {@link succeeded} or {@link failed} is called, once, when interceptors and handler have come
 * to their end; the interceptors may do so before the handler.
 */
export interface Outcome {
  readonly kind: 'event' | 'request';
  /** The queue group of a handler that has one. */
  readonly queue: string | undefined;
  /** Of messages of a stream: adds a listener of what becomes of them. */
  onSettled?(listener: SettlementListener): void;
  /** Whether something is sent when the handler has ended. */
  readonly sends: boolean;
  /** Takes what the handler has returned; is over when all that follows from it is done. */
  follow(result: unknown): MaybePromise<void>;
  succeeded(): MaybePromise<void>;
  failed(failure: unknown): MaybePromise<void>;
  /** Logs a failure that is no outcome any more: the interceptors had come to their end. */
  report(failure: unknown): void;
}

/** A handler, as far as calling it goes. */
export interface Callable {
  readonly callback: MessageHandler;
}

/** What {@link Processing} works with. */
export interface ProcessingOptions {
  readonly hooks: ProcessingHooks;
  /** Nothing when there are no interceptors. */
  readonly chain: InterceptorChain | undefined;
  /** Gives the `host:port` connected to. */
  readonly server: () => string | undefined;
}

/** Calls handlers inside hooks and interceptors, and keeps account of what is under way. */
export class Processing {
  readonly inFlight = new InFlight();
  /** The contexts of messages that are being handled, to cut that short when waiting is over. */
  private readonly contexts = new Set<NatsMessageContext>();
  private readonly turns = new LoopTurns();
  private aborted = false;

  constructor(private readonly options: ProcessingOptions) {}

  /** Whether waiting is over: nothing is started any more. */
  get isAborted(): boolean {
    return this.aborted;
  }

  /** Tells the handlers that still run that nobody waits for them, and starts none any more. */
  abort(): void {
    this.aborted = true;
    const reason = new NatsTransportError(
      'CLOSED',
      'The application stops without waiting any longer.',
    );
    for (const context of this.contexts) cancelContext(context, reason);
  }

  /** Handles a message; is over, and never fails, when nothing of it is under way any more. */
  async process(
    handler: Callable,
    context: NatsMessageContext,
    data: unknown,
    outcome: Outcome,
  ): Promise<void> {
    // reading may have taken its time
    if (this.aborted) return;
    const { hooks, chain } = this.options;
    this.contexts.add(context);
    try {
      if (hooks.areSet) {
        await hooks.run(context, () => this.run(handler, context, data, outcome));
      } else if (chain !== undefined) {
        await this.runInside(chain, handler, context, data, outcome);
      } else {
        // as run() does: it is written out because one function less for each message is felt
        const turn = this.turn(outcome);
        const result = await handler.callback(data, context);
        if (turn !== undefined && this.waits(turn)) await this.turns.end();
        const followed = outcome.follow(result);
        if (followed !== undefined) await followed;
        const ended = outcome.succeeded();
        if (ended !== undefined) await ended;
      }
    } catch (failure) {
      // of the handler, or a hook
      await outcome.failed(failure);
    } finally {
      this.contexts.delete(context);
      finishContext(context);
    }
  }

  /**
   * Names the present turn of the event loop, if it matters: what is sent after it waits for others
   * that end in the same one. Alone, and in the turn in which it came, a message waits for nothing.
   */
  private turn({ sends }: Outcome): number | undefined {
    return sends && this.contexts.size > 1 ? this.turns.present() : undefined;
  }

  /** Whoever stops without waiting any longer does not wait for the end of a turn either. */
  private waits(turn: number): boolean {
    return !this.aborted && this.turns.isOver(turn);
  }

  private async run(
    handler: Callable,
    context: NatsMessageContext,
    data: unknown,
    outcome: Outcome,
  ): Promise<void> {
    const { chain } = this.options;
    if (chain !== undefined) return this.runInside(chain, handler, context, data, outcome);
    try {
      await outcome.follow(await handler.callback(data, context));
      await outcome.succeeded();
    } catch (failure) {
      await outcome.failed(failure);
    }
  }

  /** Does as {@link run}, but what interceptors come to is the outcome. */
  private async runInside(
    chain: InterceptorChain,
    handler: Callable,
    context: NatsMessageContext,
    data: unknown,
    outcome: Outcome,
  ): Promise<void> {
    const inner = new InnerWork(outcome, async () => {
      const turn = this.turn(outcome);
      const result = await handler.callback(data, context);
      if (turn !== undefined && this.waits(turn)) await this.turns.end();
      return outcome.follow(result);
    });
    const { subject } = context;
    try {
      await chain(this.operation(context, data, outcome), inner.start);
      inner.conclude();
      await outcome.succeeded();
    } catch (failure) {
      inner.conclude();
      await outcome.failed(failure);
    }
    if (!inner.isUnderWay) return;
    // the caller has its answer; an event is handled for its own sake
    if (outcome.kind === 'request') cancelContext(context, overtaken(subject));
    await inner.settled;
  }

  private operation(
    context: NatsMessageContext,
    data: unknown,
    outcome: Outcome,
  ): ProcessOperation {
    return {
      kind: 'process',
      subject: context.subject,
      data,
      context,
      handler: outcome.kind,
      queue: outcome.queue,
      server: this.options.server(),
      ...(outcome.onSettled && { onSettled: (listener) => outcome.onSettled?.(listener) }),
    };
  }
}

/** Is the handler's part inside interceptors, which may come to their end before it. */
class InnerWork {
  /** Resolves when the work, if it was started, is over. */
  settled: Promise<void> | undefined;
  isUnderWay = false;
  private concluded = false;

  constructor(
    private readonly outcome: Outcome,
    private readonly work: () => Promise<void>,
  ) {}

  readonly start = (): Promise<void> => {
    if (this.concluded) return Promise.reject(new Error(CALLED_LATE));
    this.isUnderWay = true;
    const done = this.work();
    this.settled = done.then(
      () => this.end(),
      (failure: unknown) => {
        this.end();
        if (this.concluded) this.outcome.report(failure);
      },
    );
    return done;
  };

  /** Notes that the interceptors have come to their end. */
  conclude(): void {
    this.concluded = true;
  }

  private end(): void {
    this.isUnderWay = false;
  }
}

const CALLED_LATE = 'An interceptor called next() after it had come to its end.';

function overtaken(subject: string): NatsTransportError {
  return new NatsTransportError(
    'CANCELLED',
    `An interceptor has ended the request on ${quote(subject)} before its handler.`,
    { details: { subject } },
  );
}
