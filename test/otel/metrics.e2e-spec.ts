import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { metrics } from '@opentelemetry/api';
import { RetryLater } from 'nestjs-nats';
import { natsMetrics, type NatsMetricsOptions } from 'nestjs-nats/otel';
import { gate } from '../support/gate.js';
import { MetricKeeper } from '../support/otel.js';
import { rejection } from '../support/rejection.js';
import { StreamBench } from '../support/stream-bench.js';

const bench = new StreamBench();
let keeper: MetricKeeper;
beforeAll(() => bench.start());
beforeEach(async () => {
  keeper = new MetricKeeper();
  await bench.open();
});
afterEach(async () => {
  await bench.clear();
  await keeper.stop();
});
afterAll(() => bench.stop());

const measured = (options: NatsMetricsOptions = {}) => ({
  interceptors: [natsMetrics({ meterProvider: keeper.provider, ...options })],
});

const SENT = 'messaging.client.sent.messages';
const HANDLED = 'nestjs_nats.handled.messages';

describe('what is sent', () => {
  it('is counted and timed, by pattern and never by subject', async () => {
    const streams = [{ name: bench.stream, subjects: [`${bench.stream}.>`] }];
    const client = bench.nats.client({ streams, ...measured({ destinations: ['stock.:sku'] }) });
    for (let i = 0; i < 3; i++) await client.publish(`${bench.stream}.${i}`, i);
    await client.publish('elsewhere.7', 1);
    await rejection(client.request('stock.7', 1));
    const operation = { 'messaging.system': 'nats' };
    const publish = { ...operation, 'messaging.operation.name': 'publish' };
    const expected = [
      {
        value: 3,
        attributes: {
          ...publish,
          'messaging.destination.template': `${bench.stream}.>`,
          'nestjs_nats.stream': bench.stream,
        },
      },
      { value: 1, attributes: publish },
      {
        value: 1,
        attributes: {
          ...operation,
          'messaging.operation.name': 'request',
          'messaging.destination.template': 'stock.:sku',
          'error.type': 'NO_RESPONDERS',
        },
      },
    ];
    expect(await keeper.points(SENT)).toEqual(expected);
    expect(await keeper.points('messaging.client.operation.duration')).toEqual(expected);
  });

  it('is timed in seconds, with the bounds of the conventions', async () => {
    await bench.nats.client(measured()).publish('a', 1);
    const { dataPoints, descriptor } = (await keeper.all()).get(
      'messaging.client.operation.duration',
    )!;
    expect(descriptor.unit).toBe('s');
    expect(dataPoints[0]!.value).toMatchObject({
      buckets: {
        boundaries: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
      },
    });
  });

  it('is counted as lost when emit() fails and nobody hears', async () => {
    const client = bench.nats.client({ servers: 'nats://127.0.0.1:1', ...measured() });
    client.emit('orders', 1);
    expect(await keeper.reach('nestjs_nats.dropped.messages', 1)).toEqual([
      { value: 1, attributes: { 'messaging.system': 'nats', 'nestjs_nats.reason': 'unpublished' } },
    ]);
  });
});

describe('what is handled', () => {
  it('is counted by what became of it', async () => {
    const { app, strategy } = await bench.nats.create([], { queue: 'q', ...measured() });
    await strategy.registerSubscriber('fine.:id', () => undefined);
    await strategy.registerSubscriber('bad', () => Promise.reject(new RangeError('far')), {
      respond: true,
    });
    await app.listen();
    const client = bench.nats.client();
    for (let i = 0; i < 3; i++) await client.publish(`fine.${i}`, i);
    await rejection(client.request('bad', 1));
    bench.peer.publish('fine.x', '{');
    const handler = (template: string) => ({
      'messaging.system': 'nats',
      'messaging.destination.template': template,
      'messaging.consumer.group.name': 'q',
    });
    const points = await keeper.reach(HANDLED, 5);
    expect(points).toHaveLength(3);
    expect(points).toEqual(
      expect.arrayContaining([
        { value: 3, attributes: { ...handler('fine.:id'), 'nestjs_nats.outcome': 'ok' } },
        {
          value: 1,
          attributes: {
            ...handler('fine.:id'),
            'nestjs_nats.outcome': 'error',
            'error.type': 'DECODE_FAILED',
          },
        },
        {
          value: 1,
          attributes: {
            ...handler('bad'),
            'nestjs_nats.outcome': 'error',
            'error.type': 'RangeError',
          },
        },
      ]),
    );
    // what cannot be read is given to no handler
    const timed = await keeper.points('messaging.process.duration');
    expect(timed.map(({ value, attributes }) => [value, attributes['error.type']])).toEqual([
      [3, undefined],
      [1, 'RangeError'],
    ]);
  });

  it('is counted as it is settled, when it is of a stream', async () => {
    let calls = 0;
    const handler = (job: number): void => {
      if (job === 2 && ++calls === 1) throw new RetryLater(1);
      if (job === 3) throw new TypeError('never');
    };
    await bench.consume(handler, {
      durable: 'work',
      retry: { attempts: 2, initialMs: 1, jitter: 0 },
      strategy: measured(),
    });
    await bench.publish('a', [1, 2, 3]);
    const points = await keeper.reach(HANDLED, 5);
    const outcomes = points.map(({ value, attributes }) => [
      attributes['nestjs_nats.outcome'],
      attributes['error.type'],
      value,
    ]);
    expect(outcomes.toSorted((one, other) => String(one).localeCompare(String(other)))).toEqual([
      ['ack', undefined, 2],
      ['dead-letter', 'TypeError', 1],
      ['nak', 'RetryLater', 1],
      ['nak', 'TypeError', 1],
    ]);
    const where = {
      'messaging.system': 'nats',
      'messaging.destination.template': `${bench.stream}.>`,
      'messaging.consumer.group.name': 'work',
      'nestjs_nats.stream': bench.stream,
    };
    expect(await keeper.points('nestjs_nats.redeliveries')).toEqual([
      { value: 2, attributes: where },
    ]);
    const letters = await keeper.points('nestjs_nats.dead_letters');
    expect(letters.filter(({ value }) => value > 0)).toEqual([
      { value: 1, attributes: { ...where, 'nestjs_nats.reason': 'attempts' } },
    ]);
  });

  it('has few names for consumers, also where each process has its own', async () => {
    const { close } = await bench.consume(() => undefined, {
      mode: 'broadcast',
      strategy: measured(),
    });
    await bench.publish('a', [1]);
    const [point] = await keeper.reach(HANDLED, 1);
    expect(point!.attributes['messaging.consumer.group.name']).toBe('broadcast');
    await close();
  });
});

describe('what waits', () => {
  it('is told of handlers and of consumers, and what is under way', async () => {
    const door = gate();
    await bench.consume(door.wait, { durable: 'work', concurrency: 2, strategy: measured() });
    bench.nats.own(door.open);
    await bench.publish('a', [1, 2, 3, 4, 5]);
    const [busy] = await keeper.reach('nestjs_nats.handler.in_flight', 2);
    expect(busy!.attributes).toMatchObject({
      'messaging.destination.template': `${bench.stream}.>`,
    });
    const consumer = {
      'messaging.system': 'nats',
      'messaging.consumer.group.name': 'work',
      'nestjs_nats.stream': bench.stream,
    };
    expect(await keeper.points('nestjs_nats.consumer.lag')).toEqual([
      { value: 3, attributes: consumer },
    ]);
    expect(await keeper.points('nestjs_nats.consumer.unacknowledged')).toEqual([
      { value: 2, attributes: consumer },
    ]);
  });

  it('is told of handlers of core NATS', async () => {
    const door = gate();
    const { app, strategy } = await bench.nats.create([], measured());
    await strategy.registerSubscriber('slow', door.wait, { concurrency: 1 });
    await app.listen();
    bench.nats.own(door.open);
    for (let i = 0; i < 3; i++) bench.peer.publish('slow', '1');
    await keeper.reach('nestjs_nats.handler.pending', 2);
    const [busy] = await keeper.points('nestjs_nats.handler.in_flight');
    expect(busy!.value).toBe(1);
  });

  it('is not asked of the server when that is not wanted', async () => {
    const strategy = measured({ consumerLag: false });
    await bench.consume(() => undefined, { durable: 'work', strategy });
    expect((await keeper.all()).has('nestjs_nats.consumer.lag')).toBe(false);
  });
});

describe('options', () => {
  it('are checked, all at once', () => {
    const wrong = { meterProvider: {}, destinations: 'a', consumerLag: 1, colour: 'red' } as object;
    expect(() => natsMetrics(wrong)).toThrow(
      /colour: .*meterProvider: .*destinations: .*consumerLag: /,
    );
  });

  it('may be left to the global provider', async () => {
    metrics.setGlobalMeterProvider(keeper.provider);
    try {
      const client = bench.nats.client({ interceptors: [natsMetrics()] });
      await client.publish('a', 1);
      expect(await keeper.points(SENT)).toHaveLength(1);
    } finally {
      metrics.disable();
    }
  });

  it('need no SDK', async () => {
    const { app, strategy } = await bench.nats.create([], { interceptors: [natsMetrics()] });
    await strategy.registerSubscriber('ask', (data) => data, { respond: true });
    await app.listen();
    const client = bench.nats.client({ interceptors: [natsMetrics()] });
    expect(await client.request('ask', 4)).toBe(4);
  });

  it('is idle for good where there is no provider, and listens to nothing', () => {
    const idle = natsMetrics();
    expect(idle.isIdle?.()).toBe(true);
    expect(idle.attachTo).toBeUndefined();
    metrics.setGlobalMeterProvider(keeper.provider);
    try {
      expect(idle.isIdle?.()).toBe(true);
      expect(natsMetrics().isIdle).toBeUndefined();
    } finally {
      metrics.disable();
    }
    expect(natsMetrics({ meterProvider: keeper.provider }).isIdle).toBeUndefined();
  });
});
