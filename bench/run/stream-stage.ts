import { setTimeout as sleep } from 'node:timers/promises';
import {
  DiscardPolicy,
  jetstreamManager,
  type JetStreamManager,
  StorageType,
} from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { STREAM } from '../names.js';
import { payloadOf } from '../payload.js';

const CHUNK = 1_000;
const HOUR_MS = 3_600_000;
/** Is how long a consumer may take to settle everything, in milliseconds. */
const SETTLE_MS = 10_000;

/** Makes the streams of the benchmark, in memory, and fills them. */
export class StreamStage {
  private constructor(
    private readonly nc: NatsConnection,
    private readonly manager: JetStreamManager,
  ) {}

  static async open(url: string): Promise<StreamStage> {
    const nc = await connect({ servers: url });
    const stage = new StreamStage(nc, await jetstreamManager(nc));
    for (const { name, subject } of Object.values(STREAM)) {
      await stage.manager.streams.add({
        name,
        subjects: [subject],
        storage: StorageType.Memory,
        max_msgs: 200_000,
        discard: DiscardPolicy.Old,
      });
    }
    return stage;
  }

  /** Empties the streams, and removes the consumer of the last subject. */
  async clear(): Promise<void> {
    const { publish, consume } = STREAM;
    for await (const { name } of this.manager.consumers.list(consume.name))
      await this.manager.consumers.delete(consume.name, name);
    for (const { name } of [publish, consume]) await this.manager.streams.purge(name);
  }

  /** Holds the consumer up, and puts all but one of so many messages before it. */
  async fill(count: number, bytes: number): Promise<void> {
    const { name, subject, durable } = STREAM.consume;
    await this.manager.consumers.pause(name, durable, new Date(Date.now() + HOUR_MS));
    const payload = JSON.stringify(payloadOf(bytes));
    const { state } = await this.manager.streams.info(name);
    const last = state.last_seq + count - 1;
    for (let i = 0; i < count - 1; i++) {
      this.nc.publish(subject, payload);
      if (i % CHUNK === 0) await this.nc.flush();
    }
    await this.until(
      async () => (await this.manager.streams.info(name)).state.last_seq >= last,
      'The stream has not stored what was published to it.',
    );
  }

  /** Lets the consumer go on, and publishes the last message: a waiting request hears of that only. */
  async resume(bytes: number): Promise<void> {
    const { name, subject, durable } = STREAM.consume;
    await this.manager.consumers.resume(name, durable);
    this.nc.publish(subject, JSON.stringify(payloadOf(bytes)));
  }

  /** Waits until everything is acknowledged. */
  async settled(): Promise<void> {
    const { name, durable } = STREAM.consume;
    await this.until(async () => {
      const info = await this.manager.consumers.info(name, durable);
      return info.num_pending === 0 && info.num_ack_pending === 0;
    }, 'The consumer has not acknowledged all that it got.');
    await this.manager.streams.purge(name);
  }

  close(): Promise<void> {
    return this.nc.drain();
  }

  private async until(condition: () => Promise<boolean>, otherwise: string): Promise<void> {
    const giveUpAt = Date.now() + SETTLE_MS;
    while (!(await condition())) {
      if (Date.now() > giveUpAt) throw new Error(otherwise);
      await sleep(5);
    }
  }
}
