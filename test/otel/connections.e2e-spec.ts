import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  NatsClient,
  type NatsInterceptor,
  type NatsParticipant,
  NatsSharedConnection,
  NatsStrategy,
} from 'nestjs-nats';
import { natsMetrics } from 'nestjs-nats/otel';
import { gate } from '../support/gate.js';
import { collectGarbage } from '../support/heap.js';
import { MetricKeeper } from '../support/otel.js';
import { rejection } from '../support/rejection.js';
import { StreamBench } from '../support/stream-bench.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait-for.js';

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

const measured = () => ({ interceptors: [natsMetrics({ meterProvider: keeper.provider })] });

describe('the connection', () => {
  it('is told once, by all who share it, with its name', async () => {
    const interceptors = [natsMetrics({ meterProvider: keeper.provider })];
    const connection = new NatsSharedConnection({
      servers: bench.nats.server.url,
      name: 'shop',
      reconnectTimeWait: 20,
      reconnectJitter: 0,
    });
    const strategy = new NatsStrategy({ connection, interceptors });
    const client = new NatsClient({ connection, interceptors });
    bench.nats.own(() => Promise.all([client.close(), strategy.close()]));
    const attributes = { 'messaging.system': 'nats', 'nestjs_nats.connection.name': 'shop' };
    // nobody has used it yet
    expect(await keeper.points('nestjs_nats.connection.up')).toEqual([]);
    await new Promise<void>((resolve, reject) => {
      void strategy.listen((error) => (error === undefined ? resolve() : reject(error)));
    });
    expect(await keeper.points('nestjs_nats.connection.up')).toEqual([{ value: 1, attributes }]);
    expect(await keeper.points('nestjs_nats.connection.reconnects')).toEqual([
      { value: 0, attributes },
    ]);
    const back = new Promise<void>((resolve) => client.on('reconnect', () => resolve()));
    await client.unwrap().reconnect();
    await back;
    expect(await keeper.points('nestjs_nats.connection.reconnects')).toEqual([
      { value: 1, attributes },
    ]);
    const [buffered] = await keeper.points('nestjs_nats.connection.buffered');
    expect(buffered).toEqual({ value: expect.any(Number), attributes });
  });

  it('is told with what the server has not taken yet', async () => {
    const proxy = await TcpProxy.start(bench.nats.server.port);
    bench.nats.own(() => proxy.close());
    const client = bench.nats.client({ servers: proxy.url, ...measured() });
    const buffered = async () => {
      const [point] = await keeper.points('nestjs_nats.connection.buffered');
      return point!.value;
    };
    await client.connect();
    proxy.stall();
    await client.publish('big', 'x'.repeat(10_000));
    expect(await buffered()).toBeGreaterThanOrEqual(10_000);
    expect(await buffered()).toBeGreaterThanOrEqual(10_000);
    proxy.resume();
    await waitFor(async () => (await buffered()) === 0, { what: 'all to be taken' });
  });
});

describe('connections', () => {
  const values = async (metric: string) =>
    (await keeper.points(`nestjs_nats.${metric}`)).map(({ value }) => value);

  it('are down, of one name each for itself', async () => {
    const proxy = await TcpProxy.start(bench.nats.server.port);
    bench.nats.own(() => proxy.close());
    const shared = measured();
    const [fine, cut] = [bench.nats.server.url, proxy.url].map((servers) =>
      bench.nats.client({ servers, name: 'twin', ...shared }),
    );
    await Promise.all([fine!.connect(), cut!.connect()]);
    expect(await values('connection.up')).toEqual([2]);
    expect(await values('connection.down')).toEqual([0]);
    await proxy.close();
    await waitFor(async () => (await values('connection.down'))[0] === 1, { what: 'one is down' });
    expect(await values('connection.up')).toEqual([1]);
    // on purpose, it is not down
    await cut!.close();
    expect(await values('connection.down')).toEqual([0]);
    await fine!.close();
    expect(await values('connection.up')).toEqual([0]);
    expect(await values('connection.down')).toEqual([0]);
  });

  it('are down when they were never up, until nobody wants them', async () => {
    const client = bench.nats.client({ servers: 'nats://127.0.0.1:1', ...measured() });
    await rejection(client.publish('a', 1));
    expect(await values('connection.down')).toEqual([1]);
    await client.close();
    expect(await values('connection.down')).toEqual([0]);
  });

  it('leave nothing behind of what was told of their handlers', async () => {
    const door = gate();
    const consumed = await bench.consume(door.wait, { durable: 'work', strategy: measured() });
    await bench.publish('a', [1]);
    await keeper.reach('nestjs_nats.handler.in_flight', 1);
    await keeper.reach('nestjs_nats.consumer.unacknowledged', 1);
    door.open();
    await consumed.close();
    expect(await values('handler.in_flight')).toEqual([0]);
    expect(await values('consumer.unacknowledged')).toEqual([0]);
  });

  it('keep what was last told of consumers while nobody says', async () => {
    const proxy = await TcpProxy.start(bench.nats.server.port);
    const door = gate();
    bench.nats.own(() => proxy.close());
    bench.nats.own(door.open);
    const strategy = { servers: proxy.url, shutdownTimeoutMs: 100, ...measured() };
    await bench.consume(door.wait, { durable: 'work', strategy });
    await bench.publish('a', [1]);
    await keeper.reach('nestjs_nats.consumer.unacknowledged', 1);
    await proxy.close();
    await waitFor(async () => (await values('connection.down'))[0] === 1, { what: 'it is down' });
    expect(await values('consumer.unacknowledged')).toEqual([1]);
  });

  it('can be forgotten when they are closed', async () => {
    const made: WeakRef<object>[] = [];
    const noting = Object.assign(((_, next) => next()) satisfies NatsInterceptor, {
      attachTo: ({ connection }: NatsParticipant) => void made.push(new WeakRef(connection)),
    });
    const interceptors = [...measured().interceptors, noting];
    for (let i = 0; i < 20; i++) {
      const client = new NatsClient({ servers: bench.nats.server.url, interceptors });
      await client.publish('a', 1);
      await keeper.all();
      await client.close();
    }
    expect(made).toHaveLength(20);
    await collectGarbage();
    // those of the last turn may be kept by a promise
    expect(made.filter((ref) => ref.deref() !== undefined).length).toBeLessThan(3);
  });
});
