import { setTimeout as sleep } from 'node:timers/promises';
import type { ChaosOptions } from './chaos-options.js';
import type { ChaosResult, Sample, Watcher } from './chaos-result.js';
import { Crew } from './crew.js';
import { Faults } from './faults.js';
import { planFaults, type PlannedFault } from './fault-plan.js';
import { complaints, type Fault, Oracle } from './oracle.js';
import { DURABLE, Queue } from './queue.js';
import { Site } from './site.js';

const POLL_MS = 20;
const SAMPLE_MS = 100;
const SETTLED_POLL_MS = 200;
const STALLED_AFTER_MS = 60_000;
const ACK_WAIT_MS = 2_000;
const PUBLISHERS = 2;
const IN_FLIGHT = 64;
/** Is how many messages may wait: publishers keep a little ahead of workers, so that a fault finds both at work. */
const AHEAD = 1_000;

/** Publishes and consumes in processes of their own, kills them as planned, and judges what has become of the messages. */
export class ChaosRun {
  private readonly oracle = new Oracle();
  private readonly inflicted: Fault[] = [];
  private readonly samples: Sample[] = [];
  private readonly plan: PlannedFault[];
  private readonly faults: Faults;
  private underWay: Promise<void> | undefined;
  /** Why a fault could not be inflicted, or what it took down did not come back. */
  private failure: { readonly error: unknown } | undefined;
  private startedAt = 0;
  private lastProgressAt = 0;
  private lastAskedAt = 0;

  private constructor(
    private readonly options: ChaosOptions,
    private readonly site: Site,
    private readonly queue: Queue,
    private readonly crew: Crew,
    private readonly watcher: Watcher | undefined,
  ) {
    this.faults = new Faults(options, site, queue, crew);
    this.plan = planFaults(options.messages, options.faults, options.seed, options.kinds);
  }

  /**
   * Does a run.
   *
   * @param folder where journals are written; it has to exist
   * @throws Error when a process ends that was not killed, or when it is called off
   */
  static async do(
    options: ChaosOptions,
    folder: string,
    { watcher, signal }: { watcher?: Watcher; signal?: AbortSignal } = {},
  ): Promise<ChaosResult> {
    const site = await Site.start(options.cluster);
    const crew = new Crew(folder);
    try {
      const queue = await Queue.open(site);
      try {
        const run = new ChaosRun(options, site, queue, crew, watcher);
        try {
          return await run.run(signal);
        } finally {
          // it would start processes that nobody ends
          await run.underWay;
        }
      } finally {
        await queue.close();
      }
    } finally {
      await crew.stop();
      await site.stop();
    }
  }

  private async run(signal: AbortSignal | undefined): Promise<ChaosResult> {
    await this.begin();
    for (;;) {
      signal?.throwIfAborted();
      if (this.failure) throw this.failure.error;
      this.crew.check();
      await this.read();
      if (await this.isOver()) break;
      this.faultWhenDue();
      this.pace();
      await sleep(POLL_MS);
    }
    const tookMs = Date.now() - this.startedAt;
    await this.read();
    return this.judge(tookMs);
  }

  private async begin(): Promise<void> {
    const { site, crew, queue, options } = this;
    const { messages, workers, concurrency, workMs } = options;
    const common = { servers: site.urls, stream: queue.stream };
    const worker = { ...common, durable: DURABLE, concurrency, workMs, ackWaitMs: ACK_WAIT_MS };
    // the first alone, as it makes what the others find
    for (let i = 0; i < workers; i++) await crew.addWorker(worker);
    for (let first = 0; first < PUBLISHERS; first++) {
      const load = { messages, first, step: PUBLISHERS, inFlight: IN_FLIGHT };
      await crew.addPublisher({ ...common, ...load });
    }
    this.startedAt = this.lastProgressAt = Date.now();
  }

  private async read(): Promise<void> {
    const before = this.oracle.counts;
    await this.crew.read(({ what, id, at, by }) => {
      if (what === 'did' || what === 'redid')
        this.oracle.handle(id, { at, by, redelivered: what === 'redid' });
      else if (what === 'ack') this.oracle.ack(id);
      else this.oracle.attempt(id);
    });
    const { attempted, acked, handled } = this.oracle.counts;
    const now = Date.now();
    if (acked > before.acked || handled > before.handled) this.lastProgressAt = now;
    const sample = { ms: now - this.startedAt, acked, handled };
    if (sample.ms - (this.samples.at(-1)?.ms ?? -SAMPLE_MS) < SAMPLE_MS) return;
    this.samples.push(sample);
    this.watcher?.progress({ ...sample, attempted, faults: this.inflicted.length });
  }

  /** Everything is done, or nothing happens any more. */
  private async isOver(): Promise<boolean> {
    if (this.underWay !== undefined) return false;
    const now = Date.now();
    if (now - this.lastProgressAt > STALLED_AFTER_MS) return true;
    if (this.plan.length > 0 || !this.crew.publishers.every(({ done }) => done)) return false;
    if (now - this.lastAskedAt < SETTLED_POLL_MS) return false;
    this.lastAskedAt = now;
    return this.queue.settled();
  }

  private faultWhenDue(): void {
    const [next] = this.plan;
    if (next === undefined || this.underWay || this.oracle.counts.handled < next.after) return;
    this.plan.shift();
    this.underWay = this.inflict(next).catch((error: unknown) => void (this.failure = { error }));
  }

  private async inflict(planned: PlannedFault): Promise<void> {
    const fault = await this.faults.do(planned);
    this.inflicted.push(fault);
    this.watcher?.inflicted(fault);
    this.underWay = undefined;
  }

  /** Lets publishers go on, but not so far that nothing would be left to do when the next fault is due. */
  private pace(): void {
    const from = Math.min(this.oracle.counts.handled, this.plan[0]?.after ?? Infinity);
    for (const publisher of this.crew.publishers) publisher.allow(from + AHEAD);
  }

  private async judge(tookMs: number): Promise<ChaosResult> {
    const { options, oracle, queue, inflicted, samples, startedAt, site } = this;
    const verdict = oracle.verdict(inflicted);
    const stored = await queue.count();
    const deadLetters = await queue.count('DEAD_LETTERS');
    const said = complaints(verdict);
    if (stored !== verdict.attempted) {
      said.push(`the stream holds ${stored} messages of ${verdict.attempted}`);
    }
    if (deadLetters > 0) said.push(`${deadLetters} messages are dead letters`);
    if (this.plan.length > 0) said.push(`it stalled before ${this.plan.length} of the faults`);
    return {
      options,
      serverVersion: site.version,
      startedAt,
      tookMs,
      verdict,
      stored,
      deadLetters,
      samples,
      complaints: said,
    };
  }
}
