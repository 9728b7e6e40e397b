import type { Type } from '@nestjs/common';
import { Consume, NatsClient, type NatsInterceptor, NatsStrategy } from 'nestjs-nats';
import { STREAM } from '../names.js';
import { consumerOf, controllersFor } from '../nest/controllers.js';
import { serveNest } from '../nest/serve.js';
import type { BenchClient, ServerPlan, Subject } from './subject.js';

/** The transport of this repository, as it is built. */
export const subject = nestjsNats([]);

/** The transport with these interceptors on both sides. */
export function nestjsNats(interceptors: readonly NatsInterceptor[]): Subject {
  return {
    serve: (plan) =>
      serveNest(plan.stage === 'stream-consume' ? [consumer(plan)] : controllersFor(plan), {
        strategy: new NatsStrategy({ servers: [plan.url], interceptors }),
      }),
    connect: (url) => client(url, interceptors),
  };
}

function consumer(plan: ServerPlan): Type {
  const { name: stream, subject, durable } = STREAM.consume;
  return consumerOf(plan, Consume(subject, { stream, durable, concurrency: plan.concurrency }));
}

async function client(url: string, interceptors: readonly NatsInterceptor[]): Promise<BenchClient> {
  const { name, subject } = STREAM.publish;
  const client = new NatsClient({
    servers: [url],
    streams: [{ name, subjects: [subject] }],
    provision: 'off',
    interceptors,
  });
  await client.connect();
  let events: Promise<unknown>[] = [];
  return {
    emit: (subject, data) => void events.push(client.publish(subject, data)),
    sent: () => {
      const sent = Promise.all(events);
      events = [];
      return sent;
    },
    request: (subject, data) => client.request(subject, data),
    store: (subject, data, msgId) => client.publish(subject, data, { msgId }),
    close: () => client.close(),
  };
}
