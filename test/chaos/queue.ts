import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { StreamDeclaration } from 'nestjs-nats';
import { waitFor } from '../support/wait-for.js';
import type { Site } from './site.js';

export const DURABLE = 'chaos';

/** The stream of a run, as a plain client sees it. */
export class Queue {
  readonly stream: StreamDeclaration;
  private quietTimes = 0;

  private constructor(
    replicas: number,
    private readonly peer: NatsConnection,
    private readonly jsm: JetStreamManager,
  ) {
    this.stream = { name: 'CHAOS', subjects: ['CHAOS.>'], num_replicas: replicas };
  }

  /** Makes the stream. */
  static async open({ urls, replicas }: Site): Promise<Queue> {
    const peer = await connect({
      servers: urls,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 100,
      noAsyncTraces: true,
    });
    const jsm = await jetstreamManager(peer, { timeout: 2_000, checkAPI: false });
    const queue = new Queue(replicas, peer, jsm);
    await queue.make();
    return queue;
  }

  /**
   * Whether everything has been handed out and acknowledged, as asked twice in a row: a consumer learns
   * of what its stream has stored a moment later. `false` while nobody can tell.
   */
  async settled(): Promise<boolean> {
    const info = await this.jsm.consumers.info(this.stream.name, DURABLE).catch(() => undefined);
    const isQuiet = info !== undefined && info.num_pending === 0 && info.num_ack_pending === 0;
    this.quietTimes = isQuiet ? this.quietTimes + 1 : 0;
    return this.quietTimes > 1;
  }

  /** Makes the leaders of the consumer and of the stream hand over. @returns who led the stream */
  async stepDown(): Promise<string> {
    const { name } = this.stream;
    const { cluster } = await this.jsm.streams.info(name);
    await this.peer.request(`$JS.API.CONSUMER.LEADER.STEPDOWN.${name}.${DURABLE}`);
    await this.peer.request(`$JS.API.STREAM.LEADER.STEPDOWN.${name}`);
    const isLed = async (): Promise<boolean> => {
      const info = await this.jsm.consumers.info(name, DURABLE).catch(() => undefined);
      const now = await this.jsm.streams.info(name).catch(() => undefined);
      return Boolean(info?.cluster?.leader) && Boolean(now?.cluster?.leader);
    };
    await waitFor(isLed, { timeoutMs: 20_000, what: 'new leaders' });
    return cluster?.leader ?? 'nobody';
  }

  /** How many messages a stream holds; 0 when there is no such stream. */
  async count(stream: string = this.stream.name): Promise<number> {
    let count: number | undefined;
    const ask = async (): Promise<boolean> => {
      count = await this.jsm.streams.info(stream).then(
        ({ state }) => state.messages,
        (error: unknown) => ((error as { code?: number }).code === 10_059 ? 0 : undefined),
      );
      return count !== undefined;
    };
    await waitFor(ask, { timeoutMs: 20_000, what: `an answer about ${stream}` });
    return count!;
  }

  close(): Promise<void> {
    return this.peer.close();
  }

  private async make(): Promise<void> {
    const { name, subjects, num_replicas } = this.stream;
    // a cluster that has just started may not know all its members
    const made = (): Promise<boolean> =>
      this.jsm.streams.add({ name, subjects: [...subjects], num_replicas }).then(
        () => true,
        () => false,
      );
    await waitFor(made, { timeoutMs: 20_000, what: 'the stream' });
  }
}
