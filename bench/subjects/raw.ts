import { setTimeout as sleep } from 'node:timers/promises';
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { handled } from '../handled.js';
import { numbered, STREAM, SUBJECT, wildcard } from '../names.js';
import type { BenchClient, BenchServer, ServerPlan, Subject } from './subject.js';

/** The NATS client without Nest, as its documentation shows it. */
export const subject: Subject = { serve, connect: client };

async function serve(plan: ServerPlan): Promise<BenchServer> {
  const nc = await connect({ servers: plan.url });
  if (plan.stage === 'requests') answerRequests(nc);
  else if (plan.stage === 'stream-consume') await consume(nc, plan);
  else takeEvents(nc, plan);
  await nc.flush();
  return { close: () => nc.drain() };
}

function takeEvents(nc: NatsConnection, { stage, handlers }: ServerPlan): void {
  const filters = Array.from({ length: handlers }, (_, i) =>
    stage === 'wildcards' ? wildcard(i) : handlers === 1 ? SUBJECT.event : numbered(i),
  );
  for (const filter of filters) {
    nc.subscribe(filter, {
      callback: (error, message) => {
        if (error) throw error;
        message.json();
        handled();
      },
    });
  }
}

function answerRequests(nc: NatsConnection): void {
  const { plain, async, guarded } = SUBJECT.request;
  for (const subject of [plain, guarded]) {
    nc.subscribe(subject, {
      callback: (error, message) => {
        if (error) throw error;
        message.respond(JSON.stringify(message.json()));
      },
    });
  }
  nc.subscribe(async, {
    callback: (error, message) => {
      if (error) throw error;
      void sleep(1).then(() => message.respond(JSON.stringify(message.json())));
    },
  });
}

async function consume(nc: NatsConnection, { concurrency, async }: ServerPlan): Promise<void> {
  const { name, durable } = STREAM.consume;
  const manager = await jetstreamManager(nc);
  await manager.consumers.add(name, {
    durable_name: durable,
    ack_policy: AckPolicy.Explicit,
    // the only bound that a callback has on how much is under way
    max_ack_pending: async ? concurrency : -1,
  });
  const consumer = await jetstream(nc).consumers.get(name, durable);
  await consumer.consume({
    max_messages: concurrency,
    callback: (message) => {
      message.json();
      if (!async) {
        message.ack();
        handled();
        return;
      }
      void sleep(1).then(() => {
        message.ack();
        handled();
      });
    },
  });
}

async function client(url: string): Promise<BenchClient> {
  const nc = await connect({ servers: url });
  const js = jetstream(nc);
  return {
    emit: (subject, data) => nc.publish(subject, JSON.stringify(data)),
    sent: () => undefined,
    request: async (subject, data) =>
      (await nc.request(subject, JSON.stringify(data), { timeout: 5_000 })).json(),
    store: (subject, data, id) => js.publish(subject, JSON.stringify(data), { msgID: id }),
    close: () => nc.drain(),
  };
}
