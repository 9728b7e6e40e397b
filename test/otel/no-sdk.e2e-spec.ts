import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  context,
  propagation,
  ROOT_CONTEXT,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api';
import { lastValueFrom, toArray } from 'rxjs';
import type { NatsOperation } from 'nestjs-nats';
import { natsMetrics, natsTracing } from 'nestjs-nats/otel';
import { NatsBench } from '../support/nats-bench.js';
import { SpanKeeper, w3c } from '../support/otel.js';
import { waitFor } from '../support/wait-for.js';

const bench = new NatsBench({ jetstream: true });
beforeAll(() => bench.start());
afterEach(async () => {
  trace.disable();
  propagation.disable();
  context.disable();
  await bench.clear();
});
afterAll(() => bench.stop());

/** What a handler of the test has got. */
interface Handled {
  readonly data: unknown;
  readonly headers: readonly string[];
  /** Of the baggage that is active in the handler. */
  readonly tenant: string | undefined;
}

/** Starts a strategy and a client with telemetry, and notes which messages the tracing of both sees. */
async function start() {
  const traced: string[] = [];
  const ignore = ({ kind, subject }: NatsOperation): boolean => {
    traced.push(`${kind} ${subject}`);
    return false;
  };
  const options = {
    interceptors: [natsTracing({ ignore }), natsMetrics()],
    streams: [{ name: 'KEPT', subjects: ['kept.>'], allow_atomic: true }],
  };
  const handled: Handled[] = [];
  const { app, strategy } = await bench.create([], options);
  await strategy.registerSubscriber('plain', (data, ctx) => {
    const tenant = propagation.getActiveBaggage()?.getEntry('tenant')?.value;
    handled.push({ data, headers: ctx.headers?.keys() ?? [], tenant });
  });
  await strategy.registerSubscriber('ask', (data) => data, { respond: true });
  const kept = { stream: 'KEPT', durable: 'KEPT' };
  await strategy.registerSubscriber('kept.*', (data) => void handled.push(data as Handled), kept);
  await app.listen();
  const until = (count: number): Promise<void> =>
    waitFor(() => handled.length >= count, { what: () => `${count}; ${handled.length} came` });
  return { client: bench.client(options), traced, handled, until };
}

const withTenant = propagation.setBaggage(
  ROOT_CONTEXT,
  propagation.createBaggage({ tenant: { value: 'acme' } }),
);

describe('telemetry without an SDK', () => {
  it('stands aside, whatever is sent and handled', async () => {
    const { client, traced, handled, until } = await start();
    await client.publish('plain', 1);
    expect(await client.request('ask', 2)).toBe(2);
    expect(await lastValueFrom(client.send('ask', 3).pipe(toArray()))).toEqual([3]);
    const gathered = client.gather('ask', 4, { max: 1 });
    expect(await lastValueFrom(gathered.pipe(toArray()))).toEqual([4]);
    await client.publish('kept.a', 5);
    await client.publishBatch([
      { subject: 'kept.b', data: 6 },
      { subject: 'kept.c', data: 7 },
    ]);
    await until(4);
    expect(handled).toEqual([{ data: 1, headers: [], tenant: undefined }, 5, 6, 7]);
    expect(traced).toEqual([]);
  });

  it('begins with the next message when an SDK is set, and ends when it is taken away', async () => {
    const { client, handled, until } = await start();
    const keeper = new SpanKeeper();
    await client.publish('plain', 1);
    await until(1);
    SpanKeeper.followContexts();
    trace.setGlobalTracerProvider(keeper.provider);
    propagation.setGlobalPropagator(w3c);
    await client.publish('plain', 2);
    const [publish, process] = await keeper.ended(2);
    expect(process!.parentSpanContext?.spanId).toBe(publish!.spanContext().spanId);
    trace.disable();
    propagation.disable();
    await client.publish('plain', 3);
    await until(3);
    expect(handled.map(({ headers }) => headers)).toEqual([[], ['traceparent'], []]);
    expect(keeper.spans).toHaveLength(2);
  });

  it('passes contexts on where only a propagator and a context manager are set', async () => {
    const { client, handled, until } = await start();
    SpanKeeper.followContexts();
    propagation.setGlobalPropagator(w3c);
    await context.with(withTenant, () => client.publish('plain', 1));
    await until(1);
    expect(handled).toEqual([{ data: 1, headers: ['baggage'], tenant: 'acme' }]);
  });

  it('lets a propagator write what it likes, though it names no fields', async () => {
    const { client, handled, until } = await start();
    const careless: TextMapPropagator = {
      inject: (_, carrier, setter) => setter.set(carrier, 'region', 'eu'),
      extract: (given) => given,
      fields: () => [],
    };
    propagation.setGlobalPropagator(careless);
    await client.publish('plain', 1);
    await until(1);
    expect(handled[0]!.headers).toEqual(['region']);
  });

  it('keeps the context of whoever has opened the connection from handlers', async () => {
    SpanKeeper.followContexts();
    const { client, handled, until } = await context.with(withTenant, start);
    await client.publish('plain', 1);
    await until(1);
    expect(handled[0]!.tenant).toBeUndefined();
  });
});
