import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { Controller } from '@nestjs/common';
import {
  Consume,
  NatsClient,
  NatsSharedConnection,
  planStreams,
  type PlanStreamsOptions,
  type StreamDeclaration,
} from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';

const DAY = 24 * 3600 * 1_000_000_000;
const ORDERS: StreamDeclaration = { name: 'ORDERS', subjects: ['orders.>'], max_age: 7 * DAY };
const MAILS: StreamDeclaration = { name: 'MAILS', subjects: ['mails.*'], retention: 'workqueue' };

@Controller()
class Orders {
  @Consume('orders.>', { stream: 'ORDERS', durable: 'orders' })
  take(): void {
    // nothing comes
  }
}

const looking = {
  publish: ['$JS.API.INFO', '$JS.API.STREAM.INFO.*'],
  subscribe: ['_INBOX.>'],
};
const bench = new NatsBench({
  jetstream: true,
  config: `
    authorization {
      users: [
        { user: all, password: all }
        { user: looks, password: looks, permissions: {
          publish: ${JSON.stringify(looking.publish)}, subscribe: ${JSON.stringify(looking.subscribe)} } }
      ]
    }`,
});
let jsm: JetStreamManager;
const all = { user: 'all', pass: 'all' };

beforeAll(() => bench.start());
beforeEach(async () => {
  jsm = await jetstreamManager(await bench.peer(all));
});
afterEach(async () => {
  for await (const { config } of jsm.streams.list()) await jsm.streams.delete(config.name);
  await bench.clear();
});
afterAll(() => bench.stop());

/** Plans with credentials that may look, and nothing else. */
const plan = (options: PlanStreamsOptions) =>
  planStreams({ servers: bench.server.url, user: 'looks', pass: 'looks', ...options });

const streams = async (): Promise<unknown[]> => {
  const found: unknown[] = [];
  for await (const { config } of jsm.streams.list()) found.push(config);
  return found;
};

describe('planStreams()', () => {
  it('tells what listen() does then, and does nothing', async () => {
    await jsm.streams.add({ name: 'ORDERS', subjects: ['orders.>'], max_age: DAY });
    const before = await streams();
    const options = { streams: [ORDERS, MAILS], provision: 'update' as const };
    const planned = await plan(options);
    expect(await streams()).toEqual(before);
    expect(planned.refusal).toBeUndefined();
    expect(planned.streams.map(({ name, action }) => [name, action])).toEqual([
      ['ORDERS', 'update'],
      ['MAILS', 'create'],
      ['DEAD_LETTERS', 'create'],
      ['KV_nestjs-nats-attempts', 'create'],
    ]);
    expect(planned.streams[0]!.diffs).toEqual([
      { field: 'max_age', wanted: 7 * DAY, found: DAY, immutable: undefined, loss: undefined },
    ]);
    expect(planned.table).toMatch(/^ORDERS +update +orders\.> +max_age: wanted 7d, there is 1d$/m);
    expect(planned.table).toMatch(/^MAILS +create +mails\.\* .*retention: "workqueue"/m);

    const { app } = await bench.create([Orders], { ...all, ...options });
    const info = (await app.listen()) as unknown as { streams: { name: string; action: string }[] };
    expect(info.streams.map(({ name, action }) => [name, action])).toEqual(
      planned.streams.map(({ name, action }) => [name, action]),
    );
    expect((await plan(options)).streams.map(({ action }) => action)).toEqual(
      Array.from({ length: 4 }, () => 'keep'),
    );
  });

  it('tells what listen() would fail with', async () => {
    await jsm.streams.add({ name: 'ORDERS', subjects: ['orders.>'], max_age: DAY });
    const options = { streams: [ORDERS], deadLetters: false, attemptLog: false } as const;
    const refused = await plan(options);
    expect(refused.streams).toMatchObject([{ name: 'ORDERS', action: 'refuse' }]);
    const { app } = await bench.create([Orders], { ...all, ...options });
    const error = await rejection(app.listen() as Promise<unknown>);
    expect(refused.refusal).toMatchObject({ code: 'STREAM_MISMATCH' });
    expect(error).toMatchObject({ message: refused.refusal!.message });

    const missing = await plan({ ...options, streams: [MAILS], provision: 'verify' });
    expect(missing.streams).toMatchObject([{ name: 'MAILS', action: 'missing' }]);
    expect(missing.refusal).toMatchObject({ code: 'STREAM_NOT_FOUND' });
  });

  it("tells nothing with provision: 'off'", async () => {
    const { streams: none, refusal } = await plan({ streams: [ORDERS], provision: 'off' });
    expect({ none, refusal }).toEqual({ none: [], refusal: undefined });
  });

  it('fails for options that cannot be, all at once, and without a server', async () => {
    const options = { streams: [{ name: 'a b' }], provision: 'delete' } as never;
    expect(await rejection(planStreams(options))).toMatchObject({
      code: 'INVALID_OPTIONS',
      message: expect.stringMatching(/streams\[0\].*provision/s),
    });
    expect(await rejection(planStreams({ servers: 'nats://127.0.0.1:1' }))).toMatchObject({
      code: 'CONNECTION_FAILED',
    });
  });

  it('uses a connection that is shared, and leaves it standing', async () => {
    const connection = new NatsSharedConnection({ servers: bench.server.url, ...all });
    const client = new NatsClient({ connection });
    bench.own(() => client.close());
    await client.connect();
    const options = { connection, streams: [ORDERS] };
    expect((await planStreams(options)).streams[0]).toMatchObject({ action: 'create' });
    expect(client.unwrap<NatsConnection>().isClosed()).toBe(false);
  });
});
