import { startNatsServer } from 'nestjs-nats/testing';
import type { FlowScenario } from '../scenarios.js';
import { ConsumedFlow } from './consumed-flow.js';
import type { Flow } from './flow.js';
import { Pair } from './pair.js';
import { SentFlow } from './sent-flow.js';
import { StreamStage } from './stream-stage.js';

type NatsServer = Awaited<ReturnType<typeof startNatsServer>>;

/**
 * Keeps the processes of one subject, and a nats-server of its own for them: several subjects stand
 * ready at the same time, and none gets what is meant for another.
 */
export class Fleet {
  private readonly pairs = new Map<string, Pair>();

  private constructor(
    readonly subject: string,
    private readonly nats: NatsServer,
    private readonly streams: StreamStage,
    private readonly shared: boolean,
  ) {}

  /** @param shared whether scenarios with the same handlers share their processes */
  static async start(subject: string, shared: boolean): Promise<Fleet> {
    const nats = await startNatsServer({ onProgress: (line) => console.error(line) });
    try {
      return new Fleet(subject, nats, await StreamStage.open(nats.url), shared);
    } catch (error) {
      await nats.stop();
      throw error;
    }
  }

  get url(): string {
    return this.nats.url;
  }

  get natsVersion(): string {
    return this.nats.version;
  }

  /** Gets the processes for a scenario ready. */
  async open(scenario: FlowScenario): Promise<Flow> {
    const key = this.keyOf(scenario);
    let pair = this.pairs.get(key);
    if (pair === undefined) {
      pair = await Pair.start({ subject: this.subject, url: this.url }, scenario);
      this.pairs.set(key, pair);
    }
    return scenario.kind === 'consume'
      ? new ConsumedFlow(pair, this.streams, scenario.bytes)
      : SentFlow.open(pair, scenario);
  }

  /** Ends what is not shared of a scenario. */
  async leave(scenario: FlowScenario): Promise<void> {
    const key = this.keyOf(scenario);
    if (this.shared && scenario.kind !== 'consume') return;
    const pair = this.pairs.get(key);
    this.pairs.delete(key);
    await pair?.end();
    await this.streams.clear();
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    try {
      await Promise.all([...this.pairs.values()].map((pair) => pair.end()));
      await this.streams.close();
    } finally {
      await this.nats.stop();
    }
  }

  /** The handlers of a stream differ from scenario to scenario. */
  private keyOf(scenario: FlowScenario): string {
    return this.shared && scenario.kind !== 'consume' ? scenario.stage : scenario.id;
  }
}
