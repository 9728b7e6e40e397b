import {
  AckPolicy,
  type ConsumerConfig,
  type ConsumerInfo,
  jetstreamManager,
  type JetStreamManager,
  type StreamConfig,
} from '@nats-io/jetstream';
import { createInbox, nanos, type NatsConnection } from '@nats-io/transport-node';
import type { NatsConnectionOptions } from 'nestjs-nats';
import { SharedConnection } from '../../libs/nestjs-nats/src/connection/shared-connection.js';
import {
  type DeliveredMessage,
  readDelivery,
} from '../../libs/nestjs-nats/src/jetstream/pull/delivery.js';
import type { NatsBench } from './nats-bench.js';

const PULL_MS = 5_000;

/**
 * Is a connection of ours beside a plain client on a server with JetStream: the plain one makes
 * streams and consumers and looks at them, ours is handed messages one at a time.
 */
export class JsStage {
  private constructor(
    readonly shared: SharedConnection,
    readonly peer: NatsConnection,
    readonly jsm: JetStreamManager,
  ) {}

  static async open(bench: NatsBench): Promise<JsStage> {
    const peer = await bench.peer({ maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    return JsStage.over(peer, await connected(bench));
  }

  /** Puts two connections to the same server together. */
  static async over(peer: NatsConnection, shared: SharedConnection): Promise<JsStage> {
    return new JsStage(shared, peer, await jetstreamManager(peer, { timeout: 5_000 }));
  }

  async stream(
    name: string,
    subjects: string[],
    config: Partial<Omit<StreamConfig, 'name' | 'subjects'>> = {},
  ): Promise<void> {
    await this.jsm.streams.add({ name, subjects, ...config });
  }

  async consumer(
    stream: string,
    name: string,
    config: Partial<ConsumerConfig> & { ackWaitMs?: number } = {},
  ): Promise<void> {
    const { ackWaitMs = 30_000, ...rest } = config;
    await this.jsm.consumers.add(stream, {
      durable_name: name,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(ackWaitMs),
      ...rest,
    });
  }

  info(stream: string, consumer: string): Promise<ConsumerInfo> {
    return this.jsm.consumers.info(stream, consumer);
  }

  /** Publishes from the plain client, and waits until the stream has it. */
  async publish(subject: string, data: string | Uint8Array = ''): Promise<void> {
    await this.peer.request(subject, data);
  }

  /** Pulls one message over our connection. @throws Error when none comes */
  async next(stream: string, consumer: string, timeoutMs = PULL_MS): Promise<DeliveredMessage> {
    const delivered = await this.poll(stream, consumer, timeoutMs);
    if (delivered === undefined) throw new Error(`No message of ${consumer} in ${timeoutMs} ms`);
    return delivered;
  }

  /** Pulls one message over our connection, or nothing when none comes in time. */
  async poll(
    stream: string,
    consumer: string,
    timeoutMs: number,
  ): Promise<DeliveredMessage | undefined> {
    const connection = this.shared.current!;
    const inbox = createInbox();
    const subscription = connection.subscribe(inbox, { max: 1 });
    const body = JSON.stringify({ batch: 1, expires: nanos(timeoutMs) });
    connection.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, body, { reply: inbox });
    // the server says so itself when the time is over; this is for one that is not there
    const timer = setTimeout(() => subscription.unsubscribe(), timeoutMs + 1_000);
    try {
      for await (const message of subscription) {
        const delivery = readDelivery(message.reply ?? '');
        return delivery === undefined ? undefined : { message, delivery };
      }
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Makes a connection of ours that stands until the end of the test. */
export async function connected(
  bench: NatsBench,
  options: NatsConnectionOptions = {},
): Promise<SharedConnection> {
  const shared = new SharedConnection({
    servers: bench.server.url,
    reconnectTimeWait: 50,
    ...options,
  });
  shared.retain();
  await shared.connect();
  bench.own(() => shared.release());
  return shared;
}
