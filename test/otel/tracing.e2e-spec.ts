import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { context } from '@opentelemetry/api';
import { from, lastValueFrom, map, mergeMap, of, timer, toArray } from 'rxjs';
import { RetryLater } from 'nestjs-nats';
import { natsTracing, type NatsTracingOptions } from 'nestjs-nats/otel';
import { NatsBench } from '../support/nats-bench.js';
import { SpanKeeper, w3c } from '../support/otel.js';
import { rejection } from '../support/rejection.js';
import { waitFor } from '../support/wait-for.js';

const bench = new NatsBench({ jetstream: true });
let stopFollowing: () => void;
let keeper: SpanKeeper;
beforeAll(async () => {
  stopFollowing = SpanKeeper.followContexts();
  await bench.start();
});
beforeEach(() => {
  keeper = new SpanKeeper();
});
afterEach(async () => {
  await bench.clear();
  const peer = await bench.peer();
  const jsm = await jetstreamManager(peer);
  for await (const { config } of jsm.streams.list()) await jsm.streams.delete(config.name);
  await bench.clear();
});
afterAll(async () => {
  stopFollowing();
  await bench.stop();
});

const tracing = (options: NatsTracingOptions = {}) => ({
  interceptors: [natsTracing({ tracerProvider: keeper.provider, propagator: w3c, ...options })],
});

/** The span that is active, as a handler sees it. */
const activeId = (): string | undefined => trace.getActiveSpan()?.spanContext().spanId;

describe('a chain of messages', () => {
  it('U4: is one trace: request, handler, publish, consumer, and what that asks for', async () => {
    const streams = [{ name: 'ORDERS', subjects: ['orders.>'] }];
    const client = bench.client({ streams, ...tracing({ destinations: ['stock.:sku'] }) });
    const { app, strategy } = await bench.create([], { streams, queue: 'shop', ...tracing() });
    await strategy.registerSubscriber<{ id: number }>(
      'shop.order',
      async ({ id }) => {
        await client.publish(`orders.${id}.created`, { id }, { msgId: `order-${id}` });
        return 'taken';
      },
      { respond: true },
    );
    await strategy.registerSubscriber(
      'orders.:orderId.created',
      async () => client.request('stock.a7', 1),
      { stream: 'ORDERS', durable: 'billing' },
    );
    await strategy.registerSubscriber('stock.:sku', () => 3, { respond: true });
    await app.listen();
    expect(await client.request('shop.order', { id: 7 })).toBe('taken');
    await keeper.ended(6);

    const chain = [
      'request shop.order',
      'process shop.order',
      'publish orders.>',
      'process orders.:orderId.created',
      'request stock.:sku',
      'process stock.:sku',
    ].map((name) => keeper.named(name));
    expect(new Set(chain.map((span) => span.spanContext().traceId)).size).toBe(1);
    expect(chain.map((span) => span.parentSpanContext?.spanId)).toEqual([
      undefined,
      ...chain.slice(0, -1).map((span) => span.spanContext().spanId),
    ]);
    expect(chain.map(({ kind }) => SpanKind[kind])).toEqual([
      'CLIENT',
      'SERVER',
      'PRODUCER',
      'CONSUMER',
      'CLIENT',
      'SERVER',
    ]);
    const server = {
      'messaging.system': 'nats',
      'server.address': expect.any(String),
      'server.port': bench.server.port,
    };
    expect(chain[1]!.attributes).toEqual({
      ...server,
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'shop.order',
      'messaging.destination.template': 'shop.order',
      'messaging.consumer.group.name': 'shop',
      'messaging.message.body.size': 8,
    });
    expect(chain[2]!.attributes).toEqual({
      ...server,
      'messaging.operation.name': 'publish',
      'messaging.operation.type': 'send',
      'messaging.destination.name': 'orders.7.created',
      'messaging.destination.template': 'orders.>',
      'messaging.message.id': 'order-7',
      'messaging.message.body.size': 8,
      'nestjs_nats.stream': 'ORDERS',
      'nestjs_nats.sequence': 1,
    });
    expect(chain[3]!.attributes).toEqual({
      ...server,
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'orders.7.created',
      'messaging.destination.template': 'orders.:orderId.created',
      'messaging.consumer.group.name': 'billing',
      'messaging.message.id': 'order-7',
      'messaging.message.body.size': 8,
      'nestjs_nats.stream': 'ORDERS',
      'nestjs_nats.sequence': 1,
      'nestjs_nats.attempt': 1,
      'nestjs_nats.delivery_count': 1,
      'nestjs_nats.outcome': 'ack',
    });
    expect(chain.map(({ status }) => status.code)).toEqual(Array(6).fill(SpanStatusCode.UNSET));
  });

  it('goes on behind a peer that knows nothing of it but copies headers', async () => {
    const client = bench.client(tracing());
    const { app, strategy } = await bench.create([], tracing());
    await strategy.registerSubscriber('after', () => undefined);
    await app.listen();
    const peer = await bench.peer();
    peer.subscribe('before', {
      callback: (_, message) => peer.publish('after', message.data, { headers: message.headers }),
    });
    await peer.flush();
    await client.publish('before', 1);
    const [publish, handled] = await keeper.ended(2);
    expect(handled!.name).toBe('process after');
    expect(handled!.parentSpanContext?.spanId).toBe(publish!.spanContext().spanId);
  });

  it('begins anew with a message that brings no trace, whatever has opened the connection', async () => {
    const { app, strategy } = await bench.create([], tracing());
    await strategy.registerSubscriber('plain', () => undefined);
    const opener = keeper.provider.getTracer('test').startSpan('opener');
    // the socket belongs to what was active when it was opened
    await context.with(trace.setSpan(ROOT_CONTEXT, opener), () => app.listen());
    opener.end();
    const peer = await bench.peer();
    peer.publish('plain', '1');
    await keeper.ended(2);
    const handled = keeper.named('process plain');
    expect(handled.parentSpanContext).toBeUndefined();
    expect(handled.spanContext().traceId).not.toBe(opener.spanContext().traceId);
  });

  it('is read from headers however a foreign peer writes their names', async () => {
    const { app, strategy } = await bench.create([], tracing());
    const seen: unknown[] = [];
    await strategy.registerSubscriber('foreign', () => {
      seen.push(
        propagation
          .getActiveBaggage()
          ?.getAllEntries()
          .map(([key, { value }]) => [key, value]),
      );
    });
    await app.listen();
    const raw = await bench.raw();
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    raw.publish('foreign', '1', {
      headers:
        `\r\nTraceparent: 00-${traceId}-b7ad6b7169203331-01` +
        '\r\nTracestate: one=1\r\nBaggage: tenant=acme,user=7\r\nBaggage: plan=a%20b',
    });
    const [handled] = await keeper.ended(1);
    expect(handled!.spanContext()).toMatchObject({ traceId });
    expect(handled!.spanContext().traceState?.serialize()).toBe('one=1');
    expect(handled!.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    expect(seen).toEqual([
      [
        ['tenant', 'acme'],
        ['user', '7'],
        ['plan', 'a b'],
      ],
    ]);
  });
});

describe('baggage', () => {
  it('goes from the caller through handlers to whom they call', async () => {
    const client = bench.client(tracing());
    const { app, strategy } = await bench.create([], tracing());
    const seen: unknown[] = [];
    await strategy.registerSubscriber('first', () => client.request('second', 1), {
      respond: true,
    });
    await strategy.registerSubscriber(
      'second',
      () => void seen.push(propagation.getActiveBaggage()?.getEntry('tenant')?.value),
      { respond: true },
    );
    await app.listen();
    const baggage = propagation.createBaggage({ tenant: { value: 'äcme, ltd' } });
    await context.with(propagation.setBaggage(ROOT_CONTEXT, baggage), () =>
      client.request('first', 1),
    );
    expect(seen).toEqual(['äcme, ltd']);
  });
});

describe('the active span', () => {
  it('is that of the message in promises, Observables and their timers', async () => {
    const { app, strategy } = await bench.create([], tracing());
    const seen: (string | undefined)[] = [];
    const client = bench.client();
    await strategy.registerSubscriber(
      'later',
      async () => {
        await new Promise(setImmediate);
        seen.push(activeId());
      },
      { respond: true },
    );
    await strategy.registerSubscriber(
      'stream',
      () => timer(0, 1).pipe(map(() => void seen.push(activeId()))),
      {},
    );
    await strategy.registerSubscriber(
      'asked',
      () =>
        client.send<number>('numbers', 1).pipe(
          map((n) => {
            seen.push(activeId());
            return n;
          }),
        ),
      { respond: true },
    );
    await strategy.registerSubscriber('numbers', () => from([1, 2]), { respond: true });
    await app.listen();
    await client.request('later', 1);
    expect(await lastValueFrom(client.send('asked', 1).pipe(toArray()))).toEqual([1, 2]);
    await keeper.ended(3);
    const asked = keeper.named('process asked').spanContext().spanId;
    expect(seen).toEqual([keeper.named('process later').spanContext().spanId, asked, asked]);
  });

  it('is that of the subscriber where several answers arrive', async () => {
    const { app, strategy } = await bench.create([], {});
    await strategy.registerSubscriber('answer', () => 1, { respond: true });
    await app.listen();
    const client = bench.client(tracing());
    const span = keeper.provider.getTracer('test').startSpan('caller');
    const seen: (string | undefined)[] = [];
    await context.with(trace.setSpan(ROOT_CONTEXT, span), async () => {
      const look = map(() => void seen.push(activeId()));
      await lastValueFrom(client.gather('answer', 1, { max: 1 }).pipe(look));
      await lastValueFrom(client.send('answer', 1).pipe(look));
    });
    expect(seen).toEqual(Array(2).fill(span.spanContext().spanId));
    await keeper.ended(2);
    for (const { name, parentSpanContext } of keeper.spans) {
      expect(name).toBe('request answer');
      expect(parentSpanContext?.spanId).toBe(span.spanContext().spanId);
    }
  });

  it('lasts until the last value of a streamed answer', async () => {
    const { app, strategy } = await bench.create([], tracing());
    const stream = of(1, 2, 3).pipe(mergeMap((n) => timer(20 * n).pipe(map(() => n))));
    await strategy.registerSubscriber('stream', () => stream, { respond: true });
    await app.listen();
    const client = bench.client(tracing());
    const values = await lastValueFrom(client.send('stream', 1).pipe(toArray()));
    expect(values).toEqual([1, 2, 3]);
    const [request, handled] = await keeper.ended(2);
    expect(request!.ended && handled!.ended).toBe(true);
    expect(handled!.duration[0] + handled!.duration[1] / 1e9).toBeGreaterThan(0.05);
  });
});

describe('failures', () => {
  it('are classified by their code or class, on both sides', async () => {
    const { app, strategy } = await bench.create([], tracing());
    await strategy.registerSubscriber('far', () => Promise.reject(new RangeError('too far')), {
      respond: true,
    });
    await app.listen();
    const client = bench.client(tracing());
    await rejection(client.request('far', 1));
    await rejection(client.request('nobody', 1));
    await keeper.ended(3);
    const handled = keeper.named('process far');
    expect(handled.attributes['error.type']).toBe('RangeError');
    expect(handled.status).toEqual({ code: SpanStatusCode.ERROR, message: 'too far' });
    expect(handled.events).toEqual([expect.objectContaining({ name: 'exception' })]);
    expect(keeper.named('request far').attributes['error.type']).toBe('INTERNAL');
    expect(keeper.named('request nobody').attributes['error.type']).toBe('NO_RESPONDERS');
  });
});

describe('messages of a stream', () => {
  const streams = [{ name: 'JOBS', subjects: ['jobs.>'] }];
  const options = {
    stream: 'JOBS',
    durable: 'work',
    retry: { attempts: 2, initialMs: 10, jitter: 0 },
  };

  it('show their retries and their end, one span for each attempt', async () => {
    const { app, strategy } = await bench.create([], { streams, ...tracing() });
    await strategy.registerSubscriber('jobs.*', () => Promise.reject(new TypeError('no')), options);
    await app.listen();
    await bench.client({ streams, ...tracing() }).publish('jobs.1', 1);
    const [publish, ...attempts] = await keeper.ended(3);
    for (const { parentSpanContext, status } of attempts) {
      expect(parentSpanContext?.spanId).toBe(publish!.spanContext().spanId);
      expect(status.code).toBe(SpanStatusCode.ERROR);
    }
    const told = attempts.map(({ attributes, events }) => [
      attributes['nestjs_nats.attempt'],
      attributes['nestjs_nats.outcome'],
      events
        .filter(({ name }) => name !== 'exception')
        .map(({ name, attributes: facts }) => [name, facts]),
    ]);
    expect(told).toEqual([
      [
        1,
        'nak',
        [
          [
            'nestjs_nats.retry',
            { 'nestjs_nats.sequence': 1, 'nestjs_nats.attempt': 1, 'nestjs_nats.delay_ms': 10 },
          ],
        ],
      ],
      [
        2,
        'dead-letter',
        [
          [
            'nestjs_nats.dead_letter',
            {
              'nestjs_nats.sequence': 1,
              'nestjs_nats.attempt': 2,
              'nestjs_nats.reason': 'attempts',
            },
          ],
        ],
      ],
    ]);
  });

  it('are no failures when their handler puts them off', async () => {
    const { app, strategy } = await bench.create([], { streams, ...tracing() });
    let calls = 0;
    const handler = (): void => {
      if (++calls === 1) throw new RetryLater(5);
    };
    await strategy.registerSubscriber('jobs.*', handler, options);
    await app.listen();
    await bench.client({ streams }).publish('jobs.1', 1);
    const [first, second] = await keeper.ended(2);
    expect(first!.status.code).toBe(SpanStatusCode.UNSET);
    expect(first!.attributes).toMatchObject({ 'nestjs_nats.outcome': 'nak' });
    expect(second!.attributes).toMatchObject({ 'nestjs_nats.outcome': 'ack' });
  });

  it('that are handled together have one span, with a link to each', async () => {
    const { app, strategy } = await bench.create([], { streams, ...tracing() });
    await strategy.registerSubscriber('jobs.*', () => undefined, {
      ...options,
      batch: { size: 3, maxWaitMs: 2_000 },
    });
    await app.listen();
    const client = bench.client({ streams, ...tracing() });
    for (let i = 1; i <= 3; i++) await client.publish(`jobs.${i}`, i);
    await keeper.ended(4);
    const together = keeper.named('process jobs.*');
    const published = keeper.spans.filter(({ kind }) => kind === SpanKind.PRODUCER);
    expect(together.parentSpanContext).toBeUndefined();
    expect(together.attributes['messaging.batch.message_count']).toBe(3);
    expect(together.links.map(({ context: { spanId } }) => spanId)).toEqual(
      published.map((span) => span.spanContext().spanId),
    );
    expect(together.links[2]!.attributes).toMatchObject({ 'nestjs_nats.sequence': 3 });
  });

  it('that are handled together are in the trace of all of them, if it is one', async () => {
    const { app, strategy } = await bench.create([], { streams, ...tracing() });
    await strategy.registerSubscriber('jobs.*', () => undefined, {
      ...options,
      batch: { size: 2, maxWaitMs: 2_000 },
    });
    await app.listen();
    const client = bench.client({ streams, ...tracing() });
    const span = keeper.provider.getTracer('test').startSpan('caller');
    await context.with(trace.setSpan(ROOT_CONTEXT, span), async () => {
      for (let i = 1; i <= 2; i++) await client.publish(`jobs.${i}`, i);
    });
    await keeper.ended(3);
    expect(keeper.named('process jobs.*').spanContext().traceId).toBe(span.spanContext().traceId);
  });
});

describe('options', () => {
  it('capture the headers that are named, and no others', async () => {
    const options = { captureHeaders: ['Tenant', 'Absent'] };
    const { app, strategy } = await bench.create([], tracing(options));
    await strategy.registerSubscriber('with.headers', () => undefined);
    await app.listen();
    const headers = { tenant: ['a', 'b'], Authorization: 'secret' };
    await bench.client(tracing(options)).publish('with.headers', 1, { headers });
    for (const { attributes } of await keeper.ended(2)) {
      expect(attributes['messaging.header.tenant']).toEqual(['a', 'b']);
      expect(JSON.stringify(attributes)).not.toMatch(/secret|absent/i);
    }
  });

  it('leave out what is to be ignored, but pass on its context', async () => {
    const ignore: NatsTracingOptions = { ignore: ({ subject }) => subject.startsWith('health') };
    const { app, strategy } = await bench.create([], tracing(ignore));
    const client = bench.client(tracing(ignore));
    await strategy.registerSubscriber('health.check', () => client.request('work', 1), {
      respond: true,
    });
    await strategy.registerSubscriber('work', () => 1, { respond: true });
    await app.listen();
    const span = keeper.provider.getTracer('test').startSpan('caller');
    await context.with(trace.setSpan(ROOT_CONTEXT, span), () => client.request('health.check', 1));
    const [request] = await keeper.ended(2);
    expect(keeper.spans.map(({ name }) => name).toSorted()).toEqual([
      'process work',
      'request work',
    ]);
    expect(request!.parentSpanContext?.spanId).toBe(span.spanContext().spanId);
  });

  it('are checked, all at once', () => {
    const wrong = {
      tracerProvider: {},
      propagator: 1,
      captureHeaders: 'Tenant',
      destinations: ['a..b'],
      ignore: true,
      colour: 'red',
    } as object;
    const fault =
      /colour: .*tracerProvider: .*propagator: .*captureHeaders: .*destinations: .*ignore: /;
    expect(() => natsTracing(wrong)).toThrow(fault);
  });

  it('U4: may be left to the globals, also when these are set later', async () => {
    const { app, strategy } = await bench.create([], { interceptors: [natsTracing()] });
    const client = bench.client({ interceptors: [natsTracing()] });
    await strategy.registerSubscriber('global', () => undefined);
    await app.listen();
    trace.setGlobalTracerProvider(keeper.provider);
    propagation.setGlobalPropagator(w3c);
    try {
      await client.publish('global', 1);
      const [publish, handled] = await keeper.ended(2);
      expect(handled!.parentSpanContext?.spanId).toBe(publish!.spanContext().spanId);
    } finally {
      trace.disable();
      propagation.disable();
    }
  });

  it('need no SDK: without one, headers pass as they are', async () => {
    const { app, strategy } = await bench.create([], { interceptors: [natsTracing()] });
    const seen: unknown[] = [];
    await strategy.registerSubscriber('alone', (data) => void seen.push(data));
    await app.listen();
    await bench.client({ interceptors: [natsTracing()] }).publish('alone', 1);
    await waitFor(() => seen.length === 1, { what: 'the event' });
    expect(keeper.spans).toEqual([]);
  });
});
