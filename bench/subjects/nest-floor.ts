import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { EventPattern } from '@nestjs/microservices';
import { STREAM } from '../names.js';
import { consumerOf, controllersFor } from '../nest/controllers.js';
import { type Call, FloorStrategy } from '../nest/floor-strategy.js';
import { serveNest } from '../nest/serve.js';
import { subject as raw } from './raw.js';
import type { Subject } from './subject.js';

/** The NATS client, and between it and the handler nothing but Nest. */
export const subject: Subject = {
  serve: (plan) => {
    if (plan.stage !== 'stream-consume')
      return serveNest(controllersFor(plan), { strategy: new FloorStrategy(plan.url) });
    const deliver = (nc: NatsConnection, _subject: string, call: Call): Promise<void> =>
      consume(nc, call, plan.concurrency);
    const controller = consumerOf(plan, EventPattern<string>(STREAM.consume.subject));
    return serveNest([controller], { strategy: new FloorStrategy(plan.url, deliver) });
  },
  connect: (url) => raw.connect(url),
};

async function consume(nc: NatsConnection, call: Call, concurrency: number): Promise<void> {
  const { name, durable } = STREAM.consume;
  const manager = await jetstreamManager(nc);
  await manager.consumers.add(name, {
    durable_name: durable,
    ack_policy: AckPolicy.Explicit,
    // the only bound that a callback has on how much is under way
    max_ack_pending: concurrency,
  });
  const consumer = await jetstream(nc).consumers.get(name, durable);
  await consumer.consume({
    max_messages: concurrency,
    callback: (message) => void call(message.json()).then(() => message.ack()),
  });
}
