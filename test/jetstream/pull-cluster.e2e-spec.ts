import { afterAll, beforeAll, afterEach, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { setTimeout as sleep } from 'node:timers/promises';
import { SharedConnection } from '../../libs/nestjs-nats/src/connection/shared-connection.js';
import { Logger } from '@nestjs/common';
import { type NatsTestCluster, type NatsTestServer, startNatsCluster } from 'nestjs-nats/testing';
import { Cleanup } from '../support/cleanup.js';
import { ascending, oneTo } from '../support/pull-stage.js';
import { Puller, type PullerOptions } from '../support/puller.js';
import { waitFor } from '../support/wait-for.js';

let cluster: NatsTestCluster;
let peer: NatsConnection;
let jsm: JetStreamManager;
const cleanup = new Cleanup();
const forTest = new Cleanup();
let names = 0;
let messages = 0;

/** Is more than the stopped processes take. */
const MANY = 6_000;

beforeAll(async () => {
  Logger.overrideLogger(false);
  cluster = cleanup.add(await startNatsCluster(), (started) => started.stop());
  const options = { servers: cluster.urls, maxReconnectAttempts: -1, reconnectTimeWait: 50 };
  peer = cleanup.add(await connect(options), (connected) => connected.close());
  jsm = await jetstreamManager(peer, { timeout: 5_000 });
}, 60_000);
afterEach(() => forTest.run());
afterAll(() => cleanup.run());

/** A loop on a replicated stream of its own. */
async function started(options: PullerOptions): Promise<{ stream: string; one: Puller }> {
  const stream = `S${++names}`;
  const config = { name: stream, subjects: [`${stream}.>`], num_replicas: 3 };
  // a cluster that has just started may not know all its members
  const made = (): Promise<boolean> =>
    jsm.streams.add(config).then(
      () => true,
      () => false,
    );
  await waitFor(made, { timeoutMs: 20_000, what: 'the stream' });
  return { stream, one: await puller(stream, options) };
}

/** Starts a loop. @param member to which it connects first */
async function puller(stream: string, options: PullerOptions, member = 0): Promise<Puller> {
  const servers = [...cluster.urls.slice(member), ...cluster.urls.slice(0, member)];
  const shared = new SharedConnection({ servers, noRandomize: true, reconnectTimeWait: 50 });
  shared.retain();
  await shared.connect();
  forTest.add(shared, () => shared.release());
  const one = new Puller(shared, { stream, consumer: 'work' }, options);
  forTest.add(one, () => one.loop.stop());
  await one.loop.start();
  return one;
}

/** Publishes so many messages, each of them once, whoever leads the stream. */
async function publish(stream: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const msgID = `${stream}-${++messages}`;
    const stored = (): Promise<boolean> =>
      jetstream(peer)
        .publish(`${stream}.x`, '', { msgID, timeout: 2_000 })
        .then(
          () => true,
          () => false,
        );
    await waitFor(stored, { timeoutMs: 20_000, what: 'a leader of the stream' });
  }
}

/** Waits until every member is up and all streams have their replicas. */
async function healthy(): Promise<void> {
  const isWell = async ({ monitoringUrl }: NatsTestServer): Promise<boolean> =>
    (await fetch(`${monitoringUrl}/healthz`, { headers: { connection: 'close' } })).ok;
  const all = async (): Promise<boolean> =>
    (await Promise.all(cluster.servers.map(isWell))).every(Boolean);
  await waitFor(all, { timeoutMs: 20_000, what: 'the cluster' });
}

async function leaderOf(stream: string): Promise<string> {
  let leader: string | undefined;
  await waitFor(
    async () => {
      const info = await jsm.consumers.info(stream, 'work').catch(() => undefined);
      leader = info?.cluster?.leader;
      return leader !== undefined && leader !== '';
    },
    { what: 'a leader' },
  );
  return leader!;
}

it('changes of leaders lose nothing, and repeat no more than was under way', async () => {
  const { stream, one } = await started({
    handle: () => sleep(5),
    concurrency: 4,
    // a leader that goes may have counted deliveries that it did not make
    config: { ack_wait: 1_000_000_000 },
  });
  const published = publish(stream, 400);
  for (const count of [50, 120, 200]) {
    await one.until(count);
    await peer.request(`$JS.API.CONSUMER.LEADER.STEPDOWN.${stream}.work`);
  }
  await published;
  await one.untilAll(400);
  expect(one.handled.length).toBeLessThanOrEqual(400 + 3 * 4);
  expect(one.mostAtOnce).toBeLessThanOrEqual(4);
  expect(one.told('missing')).toEqual([]);
});

it('a request that waits is made again to the new leader', async () => {
  // an election may take longer than two heartbeats: that is not what makes it ask again here
  const { stream, one } = await started({ expiresMs: 60_000, heartbeatMs: 30_000 });
  await peer.request(`$JS.API.CONSUMER.LEADER.STEPDOWN.${stream}.work`);
  await leaderOf(stream);
  const start = performance.now();
  await publish(stream, 5);
  await one.untilAll(5);
  expect(performance.now() - start).toBeLessThan(3_000);
  expect(one.told('stalled')).toEqual([]);
});

it.each(['kill', 'restart'] as const)(
  'on %s of the server that leads, it goes on with another',
  async (how) => {
    const { stream, one } = await started({
      handle: () => sleep(5),
      concurrency: 4,
      config: { ack_wait: 2_000_000_000 },
    });
    await publish(stream, 100);
    await one.until(50);
    const leader = await leaderOf(stream);
    const server = cluster.servers.find(({ name }) => name === leader)!;
    await server[how]();
    try {
      await publish(stream, 100);
      await one.untilAll(200, 20_000);
      expect(one.mostAtOnce).toBeLessThanOrEqual(4);
    } finally {
      if (!server.running) await server.restart();
      await healthy();
    }
  },
  60_000,
);

it('what a stopped process had on its way over another member does not wait for its ack wait', async () => {
  const handle = (): Promise<void> => new Promise(setImmediate);
  const { stream, one: first } = await started({ concurrency: 50, handle });
  const leader = await leaderOf(stream);
  const follower = cluster.servers.findIndex(({ name }) => name !== leader);
  await first.loop.stop();
  const all: Puller[] = [first];
  for (let i = 0; i < MANY; i++) peer.publish(`${stream}.x`);
  await peer.flush();
  for (let round = 0; round < 10; round++) {
    const one = await puller(stream, { concurrency: 50, handle }, follower);
    await one.until(50);
    await one.loop.stop();
    await waitFor(() => one.running === 0, { what: 'the handlers under way' });
    all.push(one);
  }
  all.push(await puller(stream, { concurrency: 50 }, follower));
  const handled = (): number[] => all.flatMap((each) => each.handled);
  await waitFor(() => handled().length >= MANY, {
    what: () => `${MANY} messages; there are ${handled().length}`,
  });
  expect(ascending(handled())).toEqual(oneTo(MANY));
}, 60_000);
