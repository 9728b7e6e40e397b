import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import type { NatsStatus } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

@Controller()
class Handler {
  @EventPattern('status.event')
  handle(_data: unknown): void {}
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const quick = { reconnectTimeWait: 20, reconnectJitter: 0 };
const WHOLE_LIFE: NatsStatus[] = [
  'connected',
  'disconnected',
  'reconnecting',
  'connected',
  'draining',
  'closed',
];

describe('status', () => {
  it('N11: of a strategy tells its life, also to whom comes late', async () => {
    const { app, strategy } = await bench.create([Handler], quick);
    const seen: NatsStatus[] = [];
    strategy.status.subscribe((status) => seen.push(status));
    expect(seen).toEqual([]);
    await app.listen();
    await expect(firstValueFrom(strategy.status)).resolves.toBe('connected');
    await bench.server.kill();
    await waitFor(() => seen.includes('reconnecting'), { what: 'reconnecting' });
    await bench.server.restart();
    await waitFor(() => seen.at(-1) === 'connected', { what: 'connected again' });
    await app.close();
    await waitFor(() => seen.at(-1) === 'closed', { what: 'closed' });
    expect(seen).toEqual(WHOLE_LIFE);
    await expect(firstValueFrom(strategy.status)).resolves.toBe('closed');
  });

  it('N11: of a client tells its life', async () => {
    const client = bench.client(quick);
    const seen: NatsStatus[] = [];
    client.status.subscribe((status) => seen.push(status));
    await client.connect();
    await bench.server.kill();
    await waitFor(() => seen.includes('reconnecting'), { what: 'reconnecting' });
    await bench.server.restart();
    await waitFor(() => seen.at(-1) === 'connected', { what: 'connected again' });
    await client.close();
    await waitFor(() => seen.at(-1) === 'closed', { what: 'closed' });
    expect(seen).toEqual(WHOLE_LIFE);
  });
});

describe('unwrap()', () => {
  it('of a strategy throws before listen() and after close(), and gives the connection between', async () => {
    const { app, strategy } = await bench.create([Handler]);
    expect(() => strategy.unwrap()).toThrow(/Not initialized.*listen\(\)/);
    await app.listen();
    const connection = strategy.unwrap();
    await connection.flush();
    expect(connection.getServer()).toBe(new URL(bench.server.url).host);
    await app.close();
    expect(() => strategy.unwrap()).toThrow(expect.objectContaining({ code: 'NOT_CONNECTED' }));
  });

  it('of a client throws before connect() and after close(), and gives the connection between', async () => {
    const client = bench.client();
    expect(() => client.unwrap()).toThrow(/Not initialized.*connect\(\)/);
    await client.connect();
    await client.unwrap().flush();
    await client.close();
    expect(() => client.unwrap()).toThrow(expect.objectContaining({ code: 'NOT_CONNECTED' }));
  });
});

it('listen() reports where it listens, and to what', async () => {
  const { app } = await bench.create([Handler], { queue: 'status' });
  await expect(app.listen()).resolves.toEqual({
    server: new URL(bench.server.url).host,
    serverVersion: bench.server.version,
    consumers: [],
    streams: [],
    subscriptions: [
      {
        kind: 'event',
        subject: 'status.event',
        queue: 'status',
        patterns: ['status.event'],
        handlers: [{ pattern: 'status.event', places: [], options: {} }],
      },
    ],
    warnings: [],
  });
});

it('a listener that throws keeps nobody from hearing', async () => {
  const { app, strategy } = await bench.create([Handler]);
  const heard: string[] = [];
  strategy.on('connect', () => {
    throw new Error('a faulty listener');
  });
  strategy.on('connect', (server) => heard.push(server));
  await app.listen();
  expect(heard).toEqual([new URL(bench.server.url).host]);
});
