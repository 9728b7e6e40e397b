import { afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConsumeOptions, NatsStrategy, NatsTransportError } from 'nestjs-nats';
import { setTimeout as sleep } from 'node:timers/promises';
import { captureLog } from '../support/captured-log.js';
import { NatsBench } from '../support/nats-bench.js';
import { ascending } from '../support/pull-stage.js';
import { ReloadableServer } from '../support/reloadable-server.js';
import { rejection } from '../support/rejection.js';
import { waitFor } from '../support/wait-for.js';

const bench = new NatsBench();
let reloadable: ReloadableServer;
let got: number[];

const config = (denied?: string): string => {
  const permissions =
    denied === undefined ? '' : `, permissions: { publish: { deny: ["${denied}"] } }`;
  return `authorization { users: [
    { user: service, password: x${permissions} }
    { user: free, password: x }
  ] }`;
};

let publish: (...numbers: number[]) => Promise<void>;

const start = async (denied?: string): Promise<void> => {
  reloadable = await ReloadableServer.start(config(denied), { jetstream: true });
  bench.own(() => reloadable.stop());
  const { url: servers } = reloadable.server;
  const peer = await bench.peer({ servers, user: 'free', pass: 'x' });
  publish = async (...numbers) => {
    for (const n of numbers) await peer.request('jobs.x', String(n));
  };
  await (await jetstreamManager(peer)).streams.add({ name: 'JOBS', subjects: ['jobs.>'] });
};
const consumer = async (options: Partial<NatsConsumeOptions>) => {
  const { url: servers } = reloadable.server;
  const service = { servers, user: 'service', pass: 'x', reconnectTimeWait: 20 };
  const { app, strategy } = await bench.create([], service);
  await strategy.registerSubscriber<number>('jobs.>', (n) => void got.push(n), {
    stream: 'JOBS',
    ...options,
  });
  return { app, strategy };
};

const becomes = (strategy: NatsStrategy, ready: boolean): Promise<void> =>
  waitFor(() => strategy.readiness().ready === ready, {
    what: () => `ready: ${ready}; the reasons are ${strategy.readiness().reasons.join()}`,
  });

beforeAll(() => Logger.overrideLogger(false));
beforeEach(() => {
  got = [];
});
afterEach(() => bench.clear());

it.each([
  ['a durable', { durable: 'work' }, '$JS.ACK.JOBS.work.>'],
  ['one that confirms', { durable: 'sure', ack: 'confirmed' }, '$JS.ACK.JOBS.sure.>'],
  ['a consumer of this process', { mode: 'broadcast' }, '$JS.ACK.JOBS.broadcast-'],
] as const)(
  'without the permission to acknowledge, %s does not start',
  async (_, options, named) => {
    await start('$JS.ACK.>');
    await publish(1);
    const { app } = await consumer(options);
    const error = await rejection<NatsTransportError>(app.listen());
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED' });
    expect(error.message).toContain(`Allow the user to publish on "${named}`);
    expect(got).toEqual([]);
  },
);

it('an ordered consumer needs none', async () => {
  await start('$JS.ACK.>');
  const { app } = await consumer({ mode: 'ordered' });
  await app.listen();
  await publish(1, 2);
  await waitFor(() => got.length === 2, { what: 'the messages' });
});

it.each([
  ['normal', false],
  ['confirmed', false],
  ['normal', true],
] as const)(
  'one that is taken away stops the consumer until it is back (ack: %s, reconnects: %s)',
  async (ack, reconnects) => {
    await start();
    const { app, strategy } = await consumer({ durable: 'work', ack, ackWaitMs: 1_000 });
    await app.listen();
    const log = captureLog();
    bench.own(() => log.stop());
    const errors = (): string[] => log.lines.filter((line) => line.includes('gets no messages'));
    await publish(1);
    await waitFor(() => got.length === 1, { what: 'a message' });
    await reloadable.reload(config('$JS.ACK.JOBS.work.>'));
    if (reconnects) await strategy.unwrap().reconnect();
    await publish(2);
    await waitFor(() => got.length === 2, { what: 'the other message' });
    // there may be no connection at this moment
    const reasons = (): string => strategy.readiness().reasons.join();
    await waitFor(() => reasons().includes('acknowledge'), { what: reasons });
    expect(strategy.readiness().reasons).toEqual([
      expect.stringMatching(/consumer "work" of "JOBS": .*publish on "\$JS\.ACK\.JOBS\.work\.>"/),
    ]);
    await publish(3);
    // longer than the ack wait
    await sleep(1_500);
    expect(got).toEqual([1, 2]);
    expect(errors()).toHaveLength(1);
    await reloadable.reload(config());
    await becomes(strategy, true);
    await waitFor(() => got.length === 4, { what: 'the other messages' });
    expect(ascending(got)).toEqual([1, 2, 2, 3]);
  },
);
