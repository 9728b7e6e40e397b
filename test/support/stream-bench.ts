import { jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type {
  BatchOptions,
  JetStreamBatchContext,
  JetStreamContext,
  NatsConsumeOptions,
  NatsListenInfo,
  NatsStrategy,
  NatsStrategyOptions,
  Registration,
} from 'nestjs-nats';
import type { StartNatsServerOptions } from 'nestjs-nats/testing';
import { type ConsumerState, consumerToSay, consumerToSettle } from './consumer-state.js';
import { NatsBench } from './nats-bench.js';

/** What {@link StreamBench.consume} is given besides the handler; the stream is the bench's. */
export type ConsumeOptions = Partial<NatsConsumeOptions> & {
  /** What to take of the stream, below its name. Default all. */
  tail?: string;
  strategy?: NatsStrategyOptions;
};

/** An application with one handler of a stream. */
export interface Replica {
  readonly registration: Registration;
  readonly info: NatsListenInfo;
  readonly close: () => Promise<void>;
}

let streams = 0;

/**
 * Is a server with a stream of each test's own, and applications that consume it.
 *
 * Call {@link start} in `beforeAll`, {@link open} in `beforeEach`, {@link clear} in `afterEach` and
 * {@link stop} in `afterAll`.
 */
export class StreamBench {
  readonly nats: NatsBench;
  peer: NatsConnection;
  jsm: JetStreamManager;
  /** The name of the stream; it takes the subjects below it. */
  stream = '';

  constructor(options: StartNatsServerOptions = {}) {
    this.nats = new NatsBench({ jetstream: true, ...options });
  }

  start(): Promise<void> {
    return this.nats.start();
  }

  async open(): Promise<void> {
    this.peer = await this.nats.peer({ maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    this.jsm = await jetstreamManager(this.peer);
    this.stream = `S${++streams}`;
    await this.makeStream();
  }

  async makeStream(): Promise<void> {
    await this.jsm.streams.add({ name: this.stream, subjects: [`${this.stream}.>`] });
  }

  clear(): Promise<void> {
    return this.nats.clear();
  }

  stop(): Promise<void> {
    return this.nats.stop();
  }

  /** Publishes with a plain client, each stored before this resolves. */
  async publish(tail: string, payloads: readonly unknown[]): Promise<void> {
    const js = jetstream(this.peer);
    const subject = `${this.stream}.${tail}`;
    await Promise.all(payloads.map((payload) => js.publish(subject, JSON.stringify(payload))));
  }

  /** Starts an application whose handler takes messages one by one. */
  consume<T = number>(
    handler: (data: T, context: JetStreamContext) => unknown,
    { tail = '>', strategy = {}, ...options }: ConsumeOptions,
  ): Promise<Replica> {
    return this.replica(strategy, (service) =>
      service.registerSubscriber<T>(`${this.stream}.${tail}`, handler, {
        stream: this.stream,
        ...options,
      }),
    );
  }

  /** Starts an application whose handler takes several messages at a time. */
  consumeBatches<T = number>(
    handler: (data: T[], context: JetStreamBatchContext) => unknown,
    { tail = '>', strategy = {}, ...options }: ConsumeOptions & { batch: BatchOptions },
  ): Promise<Replica> {
    return this.replica(strategy, (service) =>
      service.registerSubscriber<T>(`${this.stream}.${tail}`, handler, {
        stream: this.stream,
        ...options,
      }),
    );
  }

  /** Waits until a durable has nothing to deliver and nothing under way. */
  settled(durable: string, timeoutMs?: number): Promise<void> {
    return consumerToSettle(this.jsm, this.stream, durable, timeoutMs);
  }

  /** Waits until a durable says what is expected of it. */
  says(durable: string, expected: ConsumerState): Promise<void> {
    return consumerToSay(this.jsm, this.stream, durable, expected);
  }

  /** How many dead letters there are, by subject. */
  async deadLetters(): Promise<Record<string, number>> {
    const options = { subjects_filter: `dead.${this.stream}.>` };
    const { state } = await this.jsm.streams.info('DEAD_LETTERS', options);
    return state.subjects ?? {};
  }

  private async replica(
    strategy: NatsStrategyOptions,
    register: (strategy: NatsStrategy) => Promise<Registration>,
  ): Promise<Replica> {
    const service = await this.nats.create([], { reconnectTimeWait: 50, ...strategy });
    const registration = await register(service.strategy);
    const info = (await service.app.listen()) as unknown as NatsListenInfo;
    return { registration, info, close: () => service.app.close() };
  }
}
