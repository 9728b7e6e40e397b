import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { NatsClient, type NatsStrategy, NatsSharedConnection } from 'nestjs-nats';
import { connections } from '../support/monitoring.js';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

let connection: NatsSharedConnection;
let client: NatsClient;
let strategy: NatsStrategy;

// a connection that stands, before the strategy listens and after it has closed
beforeEach(async () => {
  connection = new NatsSharedConnection({ servers: bench.server.url });
  client = bench.client({ connection });
  await client.connect();
  ({ strategy } = await bench.create([], { connection }));
});

function listen(): Promise<unknown> {
  return new Promise((resolve, reject) => {
    void strategy.listen((error, info) => (error === undefined ? resolve(info) : reject(error)));
  });
}

const answering = (subject: string, answer: string) =>
  strategy.registerSubscriber(subject, () => answer, { respond: true });

const noResponders = { code: 'NO_RESPONDERS' };

/** Gives the subjects that the server knows of. */
async function subscribed(): Promise<string[]> {
  const all = (await connections(bench.server)).flatMap((c) => c.subscriptions_list ?? []);
  return all.filter((subject) => subject.startsWith('turn.'));
}

describe('in one turn', () => {
  it('listen() and registerSubscriber(): the handler is bound', async () => {
    const listening = listen();
    await answering('turn.registered', 'yes');
    await listening;
    await expect(client.request('turn.registered', {})).resolves.toBe('yes');
  });

  it('registerSubscriber() and listen(): the handler is among what listen() reports', async () => {
    const registered = answering('turn.before', 'yes');
    await expect(listen()).resolves.toMatchObject({
      subscriptions: [{ subject: 'turn.before' }],
    });
    await registered;
  });

  it.each([0, 10])('listen() and, %i steps on, remove(): the handler is out', async (steps) => {
    const registration = await answering('turn.removed', 'still there');
    const listening = listen();
    // the connection stands, so that listen() gets somewhere without any input
    for (let step = 0; step < steps; step++) await Promise.resolve();
    await registration.remove();
    await listening;
    await expect(client.request('turn.removed', {})).rejects.toMatchObject(noResponders);
  });

  it('close() and registerSubscriber(): bound by the next listen(), and not before', async () => {
    await listen();
    const closing = strategy.close();
    await answering('turn.closing', 'yes');
    await closing;
    await expect(client.request('turn.closing', {})).rejects.toMatchObject(noResponders);
    await listen();
    await expect(client.request('turn.closing', {})).resolves.toBe('yes');
  });

  it('registerSubscriber() and close(): nothing is left', async () => {
    await listen();
    const registered = answering('turn.closing', 'still there');
    await strategy.close();
    await registered;
    await expect(subscribed()).resolves.toEqual([]);
  });

  it('close() and listen(): bound again', async () => {
    await answering('turn.again', 'yes');
    await listen();
    const closing = strategy.close();
    const listening = listen();
    await closing;
    await expect(listening).resolves.toMatchObject({ subscriptions: [{ subject: 'turn.again' }] });
    await expect(client.request('turn.again', {})).resolves.toBe('yes');
    await expect(subscribed()).resolves.toEqual(['turn.again']);
  });

  it('listen() and close(): nothing is left', async () => {
    await answering('turn.short', 'yes');
    const listening = listen();
    await strategy.close();
    await listening;
    await expect(subscribed()).resolves.toEqual([]);
    expect(() => strategy.unwrap()).toThrow(/listen\(\)/);
  });

  it('registerSubscriber() twice and remove(): one is left', async () => {
    await listen();
    const events: string[] = [];
    const note = (name: string) =>
      strategy.registerSubscriber('turn.event', () => void events.push(name));
    const [first] = await Promise.all([note('first'), note('second')]);
    await Promise.all([first.remove(), first.remove()]);
    await client.publish('turn.event', {}, { confirm: 'flush' });
    await strategy.close();
    expect(events).toEqual(['second']);
  });
});

describe('while close() waits for a handler', () => {
  let release: () => void;
  let started: boolean;
  let closed: boolean;

  const slow = (): Promise<string> => {
    started = true;
    return new Promise((resolve) => {
      release = () => resolve('done');
    });
  };

  beforeEach(async () => {
    started = false;
    closed = false;
    await strategy.registerSubscriber('turn.slow', slow, { respond: true, concurrency: 1 });
    await listen();
  });

  async function closeWhileItRuns(): Promise<[answer: Promise<unknown>, closing: Promise<void>]> {
    const answer = client.request('turn.slow', {});
    await waitFor(() => started, { what: 'the handler to start' });
    const closing = strategy.close().then(() => void (closed = true));
    await waitFor(async () => (await subscribed()).length === 0, { what: 'closing to begin' });
    return [answer, closing];
  }

  it('a second close() waits too', async () => {
    const [answer, closing] = await closeWhileItRuns();
    let second = false;
    const closingAgain = strategy.close().then(() => (second = true));
    await client.unwrap().flush();
    expect([closed, second]).toEqual([false, false]);
    release();
    await Promise.all([closing, closingAgain]);
    await expect(answer).resolves.toBe('done');
  });

  it('handlers can be registered and removed, also by the one that it waits for', async () => {
    const [answer, closing] = await closeWhileItRuns();
    const registration = await answering('turn.other', 'yes');
    await registration.remove();
    expect(closed).toBe(false);
    release();
    await closing;
    await expect(answer).resolves.toBe('done');
  });

  it('listen() waits too: the handler has no second place', async () => {
    const [first, closing] = await closeWhileItRuns();
    let listens = false;
    const listening = listen().then(() => (listens = true));
    await client.unwrap().flush();
    expect(listens).toBe(false);
    release();
    await Promise.all([closing, listening]);
    await expect(first).resolves.toBe('done');
    const second = client.request('turn.slow', {});
    started = false;
    await waitFor(() => started, { what: 'the handler to start again' });
    release();
    await expect(second).resolves.toBe('done');
  });
});

it('a server that hangs while a handler is removed holds up nothing', async () => {
  const service = await bench.create([], { connectTimeoutMs: 300, shutdownTimeoutMs: 300 });
  await service.app.listen();
  const registration = await service.strategy.registerSubscriber('turn.hangs', () => undefined);
  bench.server.pause();
  bench.own(() => bench.server.resume());
  const start = performance.now();
  await Promise.all([registration.remove(), service.strategy.close()]);
  expect(performance.now() - start).toBeLessThan(5_000);
});
