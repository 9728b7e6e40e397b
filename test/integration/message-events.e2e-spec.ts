import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import {
  type DroppedEvent,
  type HandledEvent,
  type NatsEvent,
  type NatsInterceptor,
  NatsModule,
  type NatsParticipant,
  NatsStrategy,
  type SlowEvent,
} from 'nestjs-nats';
import { captureLog } from '../support/captured-log.js';
import { gate } from '../support/gate.js';
import { httpApp } from '../support/http-app.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { waitFor } from '../support/wait-for.js';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const ORDER = ['seen.1', 'lost', 'ask', 'fail'];

/** Starts a strategy that listens, and what is heard of its messages. */
async function started(register: (strategy: NatsStrategy) => Promise<unknown>) {
  const { app, strategy } = await bench.create([], { queue: 'q' });
  await register(strategy);
  await app.listen();
  const handled: HandledEvent[] = [];
  strategy.on('handled', (event) => void handled.push(event));
  return { strategy, handled, client: bench.client() };
}

describe('the event "handled"', () => {
  it('comes for each event and request, with what became of it', async () => {
    const { handled, client } = await started(async (strategy) => {
      await strategy.registerSubscriber('seen.:id', () => undefined);
      await strategy.registerSubscriber('lost', () => Promise.reject(new TypeError('no')), {
        queue: '',
      });
      await strategy.registerSubscriber('ask', (data) => data, { respond: true });
      await strategy.registerSubscriber('fail', () => Promise.reject(new RangeError('far')), {
        respond: true,
      });
    });
    await client.publish('seen.1', 'a');
    await client.publish('lost', 'a');
    await client.request('ask', 1);
    await rejection(client.request('fail', 1));
    await waitFor(() => handled.length === 4, { what: 'four events' });
    const { error: lost } = handled.find(({ pattern }) => pattern === 'lost')!;
    expect(lost).toBeInstanceOf(TypeError);
    const facts = handled.map((event) => {
      const { error, ...rest } = event;
      return error === undefined ? rest : { ...rest, hasError: true };
    });
    expect(
      facts.toSorted((one, other) => ORDER.indexOf(one.subject) - ORDER.indexOf(other.subject)),
    ).toEqual([
      { subject: 'seen.1', pattern: 'seen.:id', queue: 'q', handler: 'event', outcome: 'ok' },
      { subject: 'lost', pattern: 'lost', handler: 'event', outcome: 'error', hasError: true },
      { subject: 'ask', pattern: 'ask', queue: 'q', handler: 'request', outcome: 'ok' },
      {
        subject: 'fail',
        pattern: 'fail',
        queue: 'q',
        handler: 'request',
        outcome: 'error',
        hasError: true,
      },
    ]);
  });

  it('comes for what cannot be read', async () => {
    const { handled } = await started(async (strategy) => {
      await strategy.registerSubscriber('json', () => undefined);
      await strategy.registerSubscriber('json.ask', () => 1, { respond: true });
    });
    const peer = await bench.peer();
    peer.publish('json', '{');
    await peer.request('json.ask', '{');
    await waitFor(() => handled.length === 2, { what: 'two events' });
    expect(handled).toEqual([
      expect.objectContaining({ pattern: 'json', outcome: 'error' }),
      expect.objectContaining({ pattern: 'json.ask', outcome: 'error' }),
    ]);
    expect(handled[0]!.error).toMatchObject({ code: 'DECODE_FAILED' });
  });

  it('does no harm when its listener throws, and is logged', async () => {
    const { strategy, handled, client } = await started((strategy) =>
      strategy.registerSubscriber('ask', (data) => data, { respond: true }),
    );
    const log = captureLog();
    bench.own(() => log.stop());
    strategy.on('handled', () => {
      throw new Error('the listener');
    });
    expect(await client.request('ask', 5)).toBe(5);
    expect(handled).toHaveLength(1);
    expect(log.lines).toContainEqual(
      expect.stringMatching(/error .*"handled" failed.*the listener/),
    );
  });
});

describe('too much work', () => {
  it('is told as slow once, and then as dropped', async () => {
    const door = gate();
    const { strategy, client } = await started((strategy) =>
      strategy.registerSubscriber('narrow', door.wait, { concurrency: 1, maxPending: 4 }),
    );
    bench.own(door.open);
    const slow: SlowEvent[] = [];
    const dropped: DroppedEvent[] = [];
    strategy.on('slow', (event) => void slow.push(event));
    strategy.on('dropped', (event) => void dropped.push(event));
    for (let i = 0; i < 7; i++) await client.publish('narrow', i);
    await waitFor(() => dropped.length === 2, { what: 'two to be dropped' });
    expect(slow).toEqual([{ pattern: 'narrow', queue: 'q', pending: 2, maxPending: 4 }]);
    const lost = { subject: 'narrow', pattern: 'narrow', queue: 'q', reason: 'overflow' };
    expect(dropped).toEqual([lost, lost]);
  });

  it('is told as slow again when it was gone meanwhile', async () => {
    let door = gate();
    let done = 0;
    const { strategy, client } = await started((strategy) =>
      strategy.registerSubscriber(
        'narrow',
        async () => {
          await door.wait();
          done++;
        },
        { concurrency: 1, maxPending: 4 },
      ),
    );
    bench.own(() => door.open());
    let times = 0;
    strategy.on('slow', () => void times++);
    for (const round of [1, 2]) {
      for (let i = 0; i < 4; i++) await client.publish('narrow', i);
      await waitFor(() => times === round, { what: `to be slow for the ${round}. time` });
      door.open();
      await waitFor(() => done === 5 * round - 1, { what: 'all to be handled' });
      // the next one finds that it was gone
      await client.publish('narrow', 'alone');
      await waitFor(() => done === 5 * round, { what: 'one to be handled' });
      door = gate();
    }
  });

  it('is told of a request as rejected, for its caller knows', async () => {
    const door = gate();
    const { strategy, handled, client } = await started((strategy) =>
      strategy.registerSubscriber('narrow', door.wait, {
        concurrency: 1,
        maxPending: 0,
        respond: true,
      }),
    );
    const dropped: unknown[] = [];
    strategy.on('dropped', (event) => void dropped.push(event));
    const first = client.request('narrow', 1);
    await waitFor(door.reached, { what: 'the first to be under way' });
    expect(await rejection(client.request('narrow', 2))).toMatchObject({ code: 'UNAVAILABLE' });
    door.open();
    await first;
    expect(handled.map(({ outcome }) => outcome)).toEqual(['rejected', 'ok']);
    expect(dropped).toEqual([]);
  });
});

describe('events$', () => {
  it('gives events of the connection and of messages, until it is left', async () => {
    const door = gate();
    const { strategy, client } = await started((strategy) =>
      strategy.registerSubscriber('narrow', door.wait, { concurrency: 1, maxPending: 0 }),
    );
    bench.own(door.open);
    const seen: NatsEvent[] = [];
    const subscription = strategy.events$.subscribe((event) => seen.push(event));
    const ofClient: NatsEvent[] = [];
    client.events$.subscribe((event) => ofClient.push(event));
    await client.connect();
    expect(ofClient).toEqual([{ type: 'connect', server: expect.stringMatching(/:\d+$/) }]);
    for (let i = 0; i < 2; i++) await client.publish('narrow', i);
    await waitFor(() => seen.length === 1, { what: 'an event' });
    expect(seen[0]).toMatchObject({ type: 'dropped', reason: 'overflow', subject: 'narrow' });
    subscription.unsubscribe();
    let more = 0;
    strategy.on('dropped', () => void more++);
    await client.publish('narrow', 3);
    await waitFor(() => more === 1, { what: 'one more to be dropped' });
    expect(seen).toHaveLength(1);
  });
});

describe('a client', () => {
  it('tells of an event that emit() could not publish, if nobody else hears', async () => {
    const client = bench.client({ servers: 'nats://127.0.0.1:1', connectTimeoutMs: 500 });
    const dropped: DroppedEvent[] = [];
    client.on('dropped', (event) => void dropped.push(event));
    client.emit('orders', 1);
    await rejection(
      new Promise((_, reject) => client.emit('heard', 1).subscribe({ error: reject })),
    );
    await waitFor(() => dropped.length > 0, { what: 'the event' });
    expect(dropped).toEqual([
      {
        subject: 'orders',
        reason: 'unpublished',
        error: expect.objectContaining({ name: 'NatsTransportError' }),
      },
    ]);
  });
});

describe('attachTo of an interceptor', () => {
  it('is called by the client and the strategy that have it, on one connection', async () => {
    Logger.overrideLogger(false);
    const met: NatsParticipant[] = [];
    const watching: NatsInterceptor = Object.assign(
      (_: unknown, next: () => Promise<unknown>) => next(),
      { attachTo: (participant: NatsParticipant) => void met.push(participant) },
    );
    const nats = NatsModule.forRoot({ servers: bench.server.url, interceptors: [watching] });
    const app = await httpApp(bench, { imports: [nats] });
    const strategy = app.get(NatsStrategy);
    await strategy.registerSubscriber('watched.:id', () => undefined, { queue: 'w' });
    app.connectMicroservice({ strategy });
    expect(met.map(({ role }) => role).toSorted()).toEqual(['client', 'strategy']);
    expect(met[0]!.connection).toBe(met[1]!.connection);
    const { connection } = met[0]!;
    expect(connection.server).toBeUndefined();
    expect(connection.countBuffered()).toBe(0);
    const seen = met.find((one) => one.role === 'strategy');
    expect(seen!.load()).toEqual([]);
    await app.init();
    await app.startAllMicroservices();
    expect(connection.server).toMatch(/:\d+$/);
    expect(seen!.load()).toEqual([
      { pattern: 'watched.:id', handler: 'event', queue: 'w', inFlight: 0, pending: 0 },
    ]);
    expect(await seen!.consumerStates()).toEqual([]);
  });
});
