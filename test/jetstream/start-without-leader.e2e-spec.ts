import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Logger } from '@nestjs/common';
import type { StreamDeclaration } from 'nestjs-nats';
import { type NatsTestCluster, type NatsTestServer, startNatsCluster } from 'nestjs-nats/testing';
import { Cleanup } from '../support/cleanup.js';
import { createMicroservice, type Microservice } from '../support/nest-app.js';
import { waitFor } from '../support/wait-for.js';

const STREAM: StreamDeclaration = { name: 'LED', subjects: ['led.>'], num_replicas: 3 };
const DURABLE = 'work';

const cleanup = new Cleanup();
const forTest = new Cleanup();
let cluster: NatsTestCluster;
let peer: NatsConnection;
let jsm: JetStreamManager;
const got: unknown[] = [];

beforeAll(async () => {
  Logger.overrideLogger(false);
  cluster = cleanup.add(await startNatsCluster(), (started) => started.stop());
  const options = { servers: cluster.urls, maxReconnectAttempts: -1, reconnectTimeWait: 50 };
  peer = cleanup.add(await connect(options), (connected) => connected.close());
  jsm = await jetstreamManager(peer, { timeout: 5_000 });
  const first = await application(cluster.servers);
  await first.app.listen();
  await first.app.close();
}, 60_000);
afterEach(() => forTest.run());
afterAll(() => cleanup.run());

async function application(servers: readonly NatsTestServer[]): Promise<Microservice> {
  const service = await createMicroservice([], {
    servers: servers.map(({ url }) => url),
    streams: [STREAM],
    attemptLog: { replicas: 3 },
    deadLetters: { replicas: 3 },
  });
  forTest.add(service.app, (app) => app.close());
  await service.strategy.registerSubscriber('led.>', (data) => void got.push(data), {
    stream: 'LED',
    durable: DURABLE,
  });
  return service;
}

describe('an application that starts while a new leader is being elected', () => {
  it.each([
    ['of its consumer', async () => (await jsm.consumers.info('LED', DURABLE)).cluster!.leader!],
    ['of its stream', async () => (await jsm.streams.info('LED')).cluster!.leader!],
  ])(
    '%s waits for it, and consumes',
    async (what, leader) => {
      const name = await leader();
      const killed = cluster.servers.find((server) => server.name === name)!;
      const others = cluster.servers.filter((server) => server !== killed);
      forTest.add(killed, (server) => server.restart());
      await killed.kill();
      const { app } = await application(others);
      await app.listen();
      const stored = (): Promise<boolean> =>
        jetstream(peer)
          .publish('led.x', JSON.stringify(what), { msgID: what, timeout: 1_000 })
          .then(
            () => true,
            () => false,
          );
      await waitFor(stored, { timeoutMs: 20_000, what: 'a leader that stores' });
      await waitFor(() => got.includes(what), { timeoutMs: 20_000, what: 'the message' });
      expect(got.filter((each) => each === what)).toEqual([what]);
    },
    90_000,
  );
});
