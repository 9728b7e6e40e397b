import { InFlight } from '../../core/in-flight.js';
import { LinkedSet } from '../../core/linked-set.js';
import { LoopTurns } from '../../core/loop-turns.js';
import { quote } from '../../errors/quote.js';
import { NatsTransportError } from '../../errors/transport-error.js';
import type { ChainSource, InterceptorChain } from '../../interceptor/compose.js';
import type { ProcessOperation } from '../../interceptor/interceptor.js';
import { cancelContext, finishContext } from '../../message/context.js';
import { InnerWork } from './inner-work.js';
import type { ProcessingHooks } from './processing-hooks.js';
import type { Work } from './work.js';

/** What {@link Processing} works with. */
export interface ProcessingOptions {
  readonly hooks: ProcessingHooks;
  readonly chain: ChainSource;
  /** Gives the `host:port` connected to. */
  readonly server: () => string | undefined;
}

const NO_CHAIN: InterceptorChain = (_, next) => next();

/** Calls handlers inside hooks and interceptors, and keeps account of what is under way. */
export class Processing {
  readonly inFlight = new InFlight();
  /** What is being handled, to cut that short when waiting is over. */
  private readonly handled = new LinkedSet<Work>();
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
    for (const { context } of this.handled.toArray()) cancelContext(context, reason);
  }

  /**
   * Handles a message, from reading it; is over, and never fails, when nothing of it is under way
   * any more. It is one function though it does much: an asynchronous one more for each message is felt.
   */
  async handle(work: Work): Promise<void> {
    try {
      // it may have waited until nobody waits for it
      if (this.aborted) return;
      let data: unknown;
      try {
        const reading = work.read();
        data = reading instanceof Promise ? await reading : reading;
      } catch (failure) {
        await work.unread(failure);
        return;
      }
      // reading may have taken its time
      if (this.aborted) return;
      const { hooks } = this.options;
      this.handled.add(work);
      try {
        const chain = this.options.chain();
        if (hooks.areSet) {
          await hooks.run(work.context, () => this.run(work, data));
        } else if (chain !== undefined || work.limitMs !== undefined) {
          await this.runInside(chain ?? NO_CHAIN, work, data);
        } else {
          // as run() does
          const turn = this.turn(work);
          const result = await work.handler.callback(data, work.context);
          if (turn !== undefined && this.waits(turn)) await this.turns.end();
          const followed = work.follow(result);
          if (followed !== undefined) await followed;
          const ended = work.succeeded();
          if (ended !== undefined) await ended;
        }
      } catch (failure) {
        // of the handler, or a hook
        await work.failed(failure);
      } finally {
        this.handled.delete(work);
        finishContext(work.context);
      }
    } finally {
      const over = work.over();
      if (over !== undefined) await over;
    }
  }

  /**
   * Names the present turn of the event loop, if it matters: what is sent after it waits for others
   * that end in the same one. Alone, and in the turn in which it came, a message waits for nothing.
   */
  private turn({ sends }: Work): number | undefined {
    return sends && this.handled.size > 1 ? this.turns.present() : undefined;
  }

  /** Whoever stops without waiting any longer does not wait for the end of a turn either. */
  private waits(turn: number): boolean {
    return !this.aborted && this.turns.isOver(turn);
  }

  private async run(work: Work, data: unknown): Promise<void> {
    const chain = this.options.chain();
    if (chain !== undefined || work.limitMs !== undefined)
      return this.runInside(chain ?? NO_CHAIN, work, data);
    try {
      await work.follow(await work.handler.callback(data, work.context));
      await work.succeeded();
    } catch (failure) {
      await work.failed(failure);
    }
  }

  /** Does as {@link run}, but what interceptors come to is the outcome. */
  private async runInside(chain: InterceptorChain, work: Work, data: unknown): Promise<void> {
    const { context } = work;
    const inner = new InnerWork(work, async () => {
      const turn = this.turn(work);
      const result = await work.handler.callback(data, context);
      if (turn !== undefined && this.waits(turn)) await this.turns.end();
      return work.follow(result);
    });
    try {
      await chain(this.operation(work, data), inner.start);
      inner.conclude();
      await work.succeeded();
    } catch (failure) {
      inner.conclude();
      await work.failed(failure);
    }
    if (!inner.isUnderWay) return;
    // the caller has its answer; an event is handled for its own sake
    if (work.kind === 'request') cancelContext(context, overtaken(context.subject));
    const settled = inner.isOverdue ? work.settleNow?.() : undefined;
    await inner.settled;
    await settled;
  }

  private operation(work: Work, data: unknown): ProcessOperation {
    const { kind: handler, queue, context } = work;
    return {
      kind: 'process',
      subject: context.subject,
      data,
      context,
      handler,
      queue,
      server: this.options.server(),
      ...(work.onSettled && { onSettled: (listener) => work.onSettled?.(listener) }),
    };
  }
}

function overtaken(subject: string): NatsTransportError {
  return new NatsTransportError(
    'CANCELLED',
    `An interceptor has ended the request on ${quote(subject)} before its handler.`,
    { details: { subject } },
  );
}
