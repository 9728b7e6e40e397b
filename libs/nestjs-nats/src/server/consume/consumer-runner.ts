import type { Msg } from '@nats-io/transport-node';
import type { InFlight } from '../../core/in-flight.js';
import { Batcher } from '../../jetstream/consumer/batcher.js';
import type { Delivery } from '../../jetstream/pull/delivery.js';
import { type Admission, FRESH } from '../../jetstream/settlement/admission.js';
import type { Attempts } from '../../jetstream/settlement/attempts.js';
import { InProgress, UnderWay } from '../../jetstream/settlement/in-progress.js';
import type { Quarantine } from '../../jetstream/settlement/quarantine.js';
import type { MaybePromise } from '../../message/payload.js';
import type { ConsumeLog } from './consume-log.js';
import type { ConsumerCalls } from './consumer-calls.js';
import type { ConsumerSettler } from './consumer-settler.js';
import type { ConsumerEvents } from './consumer-events.js';
import { type ConsumerEntry, type ConsumerGroup, entryFor } from './consumer-table.js';
import type { Admitted, CallOutcome, MessageWork } from './stream-work.js';

/** What a {@link ConsumerRunner} works with. */
export interface ConsumerRunnerOptions {
  readonly calls: ConsumerCalls;
  readonly settler: ConsumerSettler;
  readonly attempts: Attempts;
  /** One lane for the whole process: a crash takes all of it. */
  readonly quarantine: Quarantine;
  readonly inFlight: InFlight;
  readonly log: ConsumeLog;
  readonly events: ConsumerEvents;
  /** Is told when there is room for more messages. */
  readonly freed: () => void;
}

/** A message that waits for its batch. */
interface Waiting extends Admitted {
  /** The message is settled, or is not going to be. */
  readonly over: () => void;
}

/**
 * Takes the messages of one consumer to their handler, as many at a time as that wants, and tells
 * the server what became of each.
 */
export class ConsumerRunner {
  private readonly progress: InProgress;
  private readonly batcher: Batcher<Waiting> | undefined;
  /** Batches that wait for one under way to end. */
  private readonly ready: (readonly Waiting[])[] = [];
  private batches = 0;
  private readonly capacity: number;
  /** Messages are handled one by one, and settled when the handler has ended. */
  private readonly isPlain: boolean;
  private taken = 0;
  private whenIdle: (() => void)[] = [];
  /** How many places are held by messages that may have ended the process, and how many may be. */
  private suspects = 0;
  private readonly maxSuspects: number;
  private stopping = false;

  constructor(
    private readonly group: ConsumerGroup,
    private readonly options: ConsumerRunnerOptions,
  ) {
    const { concurrency, ackWaitMs, batch, handlerTimeoutMs } = group.options;
    this.progress = new InProgress(ackWaitMs, options.settler);
    this.isPlain = batch === undefined && handlerTimeoutMs === undefined;
    this.capacity = concurrency * (batch?.size ?? 1);
    this.maxSuspects = Math.ceil(this.capacity / 2);
    this.batcher = batch && new Batcher(batch, (waiting) => this.takeBatch(waiting));
  }

  /** How many more messages can be taken now. */
  get freeSlots(): number {
    return this.stopping ? 0 : this.capacity - this.taken;
  }

  /** How many messages are worked on, and how many wait for a batch to be called. */
  get load(): { readonly inFlight: number; readonly pending: number } {
    const ready = this.ready.reduce((sum, batch) => sum + batch.length, 0);
    const pending = ready + (this.batcher?.size ?? 0);
    return { inFlight: this.taken - pending, pending };
  }

  /** Takes a message. */
  receive(message: Msg, delivery: Delivery): void {
    const { attempts, calls, inFlight } = this.options;
    const delivered = new UnderWay(message, delivery);
    this.taken++;
    this.progress.begin(delivered);
    inFlight.begin();
    const entry = entryFor(this.group, message.subject);
    const admission = attempts.admit(delivery);
    // most messages come for the first time: nothing has to be looked up or decided before the handler
    if (admission === FRESH && entry !== undefined && this.isPlain && !this.stopping)
      void calls.single({ delivered, entry, admission }, this.finish);
    else void this.take(delivered, entry, admission);
  }

  /** Gives a message back that has not been taken. */
  refuse(message: Msg, delivery: Delivery): void {
    this.options.settler.giveBack({ message, delivery });
  }

  /** Starts nothing more: messages that wait for a batch or in quarantine are given back. */
  stop(): void {
    this.stopping = true;
    for (const { delivered, over } of [
      ...this.ready.splice(0).flat(),
      ...(this.batcher?.drain() ?? []),
    ]) {
      this.options.settler.giveBack(delivered);
      over();
    }
  }

  /** Resolves when no message is under way. */
  async idle(): Promise<void> {
    if (this.taken > 0) await new Promise<void>((resolve) => this.whenIdle.push(resolve));
  }

  /** Leaves what is still under way: the server is not told any more that it is worked on. */
  abandon(): void {
    this.progress.close();
  }

  /** Never rejects. */
  private async take(
    delivered: UnderWay,
    entry: ConsumerEntry | undefined,
    asked: MaybePromise<Admission>,
  ): Promise<void> {
    const { settler, log, events } = this.options;
    const { batcher } = this;
    try {
      const admission = asked instanceof Promise ? await asked : asked;
      if (entry === undefined) return settler.unrouted(delivered);
      const admitted = { delivered, entry, admission };
      if (delivered.delivery.deliveryCount > 1) events.cameAgain(admitted);
      const past = settler.before(admitted);
      if (this.stopping) settler.giveBack(delivered);
      else if (past !== undefined) await settler.giveUp(admitted, past);
      else if (admission.lane === 'quarantine') await this.takeApart(admitted);
      else if (batcher === undefined) await this.handleOne(admitted);
      else await new Promise<void>((over) => batcher.add({ ...admitted, over }));
    } catch (error) {
      log.unexpected(this.group, delivered, error);
    } finally {
      this.over(delivered);
    }
  }

  /** Settles a message, and is done with it. Never fails. */
  private readonly finish = (work: MessageWork): MaybePromise<void> => {
    const delivered = work.delivered as UnderWay;
    try {
      const settled = this.options.settler.settle(work, work.value);
      if (settled !== undefined) return this.finishLater(delivered, settled);
    } catch (error) {
      this.options.log.unexpected(this.group, delivered, error);
    }
    this.over(delivered);
    return undefined;
  };

  private async finishLater(delivered: UnderWay, settled: Promise<void>): Promise<void> {
    try {
      await settled;
    } catch (error) {
      this.options.log.unexpected(this.group, delivered, error);
    } finally {
      this.over(delivered);
    }
  }

  private over(delivered: UnderWay): void {
    this.progress.end(delivered);
    this.taken--;
    this.options.inFlight.end();
    this.options.freed();
    if (this.taken === 0) for (const tell of this.whenIdle.splice(0)) tell();
  }

  /** Handles a message that may have ended the process, when no other such one is under way. */
  private async takeApart(admitted: Admitted): Promise<void> {
    const { quarantine, attempts, settler, log } = this.options;
    const { delivered, admission } = admitted;
    // messages that come for the first time need places too
    if (this.suspects >= this.maxSuspects) return settler.putBack(delivered);
    this.suspects++;
    await new Promise<void>((resolve) => {
      const run = async (): Promise<void> => {
        try {
          const guessed = await attempts.started(delivered.delivery, admission);
          const past = guessed && settler.before({ ...admitted, admission: guessed });
          if (past === undefined) await this.handle([admitted]);
          else await settler.giveUp(admitted, past);
        } catch (error) {
          log.unexpected(this.group, delivered, error);
        }
        // without a connection this takes its time, and others wait for the lane
        void attempts.survived(delivered.delivery, admission);
        resolve();
      };
      const skip = (): void => {
        settler.putBack(delivered);
        resolve();
      };
      quarantine.submit({ run, skip });
    });
    this.suspects--;
  }

  private handleOne(admitted: Admitted): Promise<void> {
    return this.options.calls.single(admitted, (work) => this.settle(work, work.value));
  }

  /** Handles one message, or those of a batch. */
  private handle(batch: readonly Admitted[]): Promise<void> {
    if (this.batcher === undefined) return this.handleOne(batch[0]!);
    return this.options.calls.batch(batch, async (outcomes) => {
      await Promise.all(batch.map((one, i) => this.settle(one, outcomes[i])));
    });
  }

  /** Settles a message, which may be before its handler has ended. Never fails. */
  private async settle(admitted: Admitted, outcome: CallOutcome): Promise<void> {
    const { settler, log } = this.options;
    try {
      await settler.settle(admitted, outcome);
    } catch (error) {
      log.unexpected(this.group, admitted.delivered, error);
    }
    this.progress.end(admitted.delivered as UnderWay);
  }

  private takeBatch(batch: readonly Waiting[]): void {
    if (this.batches < this.group.options.concurrency) void this.handleBatch(batch);
    else this.ready.push(batch);
  }

  private async handleBatch(batch: readonly Waiting[]): Promise<void> {
    this.batches++;
    try {
      await this.handle(batch);
    } catch (error) {
      this.options.log.unexpected(this.group, batch[0]!.delivered, error);
    }
    this.batches--;
    for (const { over } of batch) over();
    const next = this.ready.shift();
    if (next !== undefined) void this.handleBatch(next);
  }
}
