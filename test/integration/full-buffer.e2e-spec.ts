import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { NatsClient, NatsConnectionOptions } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait-for.js';

const MIB = 1024 * 1024;

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

async function stalled(options: NatsConnectionOptions = {}) {
  const proxy = await TcpProxy.start(bench.server.port);
  bench.own(() => proxy.close());
  const got: number[] = [];
  const peer = await bench.peer();
  peer.subscribe('full.event', { callback: (_, { data }) => void got.push(data.length) });
  await peer.flush();
  const client = bench.client({ servers: proxy.url, codec: 'raw', ...options } as object);
  await client.connect();
  proxy.stall();
  bench.own(() => proxy.resume());
  return { proxy, client, got };
}

const outcome = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'sent',
    (error: { code: string }) => error.code,
  );

const burst = (client: NatsClient, count: number, bytes: number): Promise<string>[] =>
  Array.from({ length: count }, () =>
    outcome(client.publish('full.event', new Uint8Array(bytes), { timeoutMs: 20_000 })),
  );

describe('F17: a server that is stuck', () => {
  it('is sent 16 MiB, and the rest is refused with BUFFER_FULL', async () => {
    const { proxy, client, got } = await stalled();
    const outcomes = burst(client, 40, 900_000);
    const refused = await Promise.all(outcomes.slice(20));
    expect(new Set(refused)).toEqual(new Set(['BUFFER_FULL']));
    await expect(outcome(client.request('full.ask', new Uint8Array(900_000)))).resolves.toBe(
      'BUFFER_FULL',
    );
    expect(client.counters.bufferFull).toBe(23);
    proxy.resume();
    const sent = (await Promise.all(outcomes)).filter((code) => code === 'sent');
    expect(sent.length * 900_000).toBeLessThanOrEqual(16 * MIB);
    expect(sent.length).toBe(18);
    await client.publish('full.event', new Uint8Array(1), { confirm: 'flush' });
    await waitFor(() => got.length === 19, { what: () => `19 events; ${got.length} came` });
  });

  it('is sent as much as maxBufferedBytes says', async () => {
    const { proxy, client } = await stalled({ maxBufferedBytes: 100_000 });
    const outcomes = burst(client, 10, 30_000);
    await expect(outcomes[9]).resolves.toBe('BUFFER_FULL');
    proxy.resume();
    expect((await Promise.all(outcomes)).filter((code) => code === 'sent')).toHaveLength(3);
  });

  it('makes who awaits each message wait for it', async () => {
    const { proxy, client } = await stalled({ maxBufferedBytes: 400_000 });
    let published = 0;
    const all = (async () => {
      for (; published < 20; published++)
        await client.publish('full.event', new Uint8Array(30_000), { timeoutMs: 20_000 });
    })();
    await waitFor(() => published === 4, { what: () => `4 events, there are ${published}` });
    for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
    expect(published).toBe(4);
    proxy.resume();
    await all;
    expect(published).toBe(20);
  });

  it('makes nobody wait longer than their time', async () => {
    const { client } = await stalled({ maxBufferedBytes: 400_000 });
    const event = new Uint8Array(30_000);
    for (let n = 0; n < 7; n++) await client.publish('full.event', event, { timeoutMs: 100 });
  });

  it('takes more when it has taken what waited', async () => {
    const { proxy, client, got } = await stalled({ maxBufferedBytes: 400_000 });
    proxy.resume();
    for (let n = 0; n < 200; n++) await client.publish('full.event', new Uint8Array(30_000));
    await client.publish('full.event', new Uint8Array(1), { confirm: 'flush' });
    await waitFor(() => got.length === 201, { what: () => `201 events; ${got.length} came` });
  });

  it('a break of the connection makes room', async () => {
    const { proxy, client } = await stalled({
      maxBufferedBytes: 100_000,
      reconnectTimeWait: 20,
      reconnectJitter: 0,
    });
    const outcomes = burst(client, 5, 30_000);
    await expect(outcomes[4]).resolves.toBe('BUFFER_FULL');
    let back = false;
    client.on('reconnect', () => (back = true));
    proxy.resume();
    proxy.cut();
    proxy.restore();
    await waitFor(() => back, { what: 'the connection' });
    await Promise.all(outcomes);
    await client.publish('full.event', new Uint8Array(90_000), { confirm: 'flush' });
  });
});
