// What docs/guides/observability.md advises besides, run as it stands there.
import * as asyncHooks from 'node:async_hooks';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import * as nest from '@nestjs/common';
import * as api from '@opentelemetry/api';
import { pino } from 'pino';
import { lastValueFrom, map, toArray } from 'rxjs';
import type { NatsInterceptor } from 'nestjs-nats';
import { natsTracing } from 'nestjs-nats/otel';
import { NatsBench } from '../support/nats-bench.js';
import { SpanKeeper, w3c } from '../support/otel.js';
import { runExample } from '../support/run-example.js';
import { waitFor } from '../support/wait-for.js';

const GUIDE = 'docs/guides/observability.md';
const { Logger } = nest;

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

describe('logs by pino', () => {
  let stopFollowing: () => void;
  beforeAll(() => void (stopFollowing = SpanKeeper.followContexts()));
  afterAll(() => {
    stopFollowing();
    Logger.overrideLogger(false);
  });

  it('have the trace of the message in them', async () => {
    const keeper = new SpanKeeper();
    const interceptors = [natsTracing({ tracerProvider: keeper.provider, propagator: w3c })];
    const lines: string[] = [];
    const toLines = (options: object) => pino(options, { write: (line) => void lines.push(line) });
    const { app, strategy } = await bench.create([], { interceptors });
    runExample(
      [GUIDE, 'Logs with the trace in them'],
      { '@nestjs/common': nest, '@opentelemetry/api': api, pino: { pino: toLines } },
      { app },
    );
    const logger = new Logger('Orders');
    await strategy.registerSubscriber(
      'recipe.log',
      async () => {
        await new Promise(setImmediate);
        logger.log('an order');
        logger.error('a mishap', 'its stack');
        logger.fatal('the end');
        logger.warn({ subject: 'recipe.log', toString: () => 'a sentence' });
      },
      { respond: true },
    );
    await app.listen();
    logger.warn('by itself');
    await bench.client({ interceptors }).request('recipe.log', {});

    await strategy.registerSubscriber('recipe.broken', () => {
      throw new Error('no space left');
    });
    await bench.client().publish('recipe.broken', {});
    await waitFor(() => lines.some((line) => line.includes('no space left')), { what: 'the line' });

    const read = lines.map((line) => JSON.parse(line) as { msg: string });
    const logged = (text: string) => read.find(({ msg }) => msg === text);
    const { traceId, spanId } = (await keeper.ended(2))
      .find(({ name }) => name === 'process recipe.log')!
      .spanContext();
    const ofSpan = { trace_id: traceId, span_id: spanId };
    const context = 'Orders';
    expect(logged('an order')).toMatchObject({ level: 30, context, ...ofSpan });
    expect(logged('a mishap')).toMatchObject({ level: 50, stack: 'its stack', context, ...ofSpan });
    expect(logged('the end')).toMatchObject({ level: 60, context, ...ofSpan });
    expect(logged('a sentence')).toMatchObject({ level: 40, context, subject: 'recipe.log' });
    expect(read.find(({ msg }) => msg.endsWith('no space left'))).toMatchObject({
      level: 40,
      context: 'NatsStrategy',
      stack: expect.stringMatching(/^Error: no space left\n/),
      handler: 'recipe.broken',
    });
    expect(logged('by itself')).toMatchObject({ level: 40 });
    expect(logged('by itself')).not.toHaveProperty('trace_id');
  });
});

describe('continuation-local storage', () => {
  it('goes from the caller through handlers to whom they call', async () => {
    const { tenants, withTenant } = runExample([GUIDE, 'Continuation-local storage'], {
      'node:async_hooks': asyncHooks,
    }) as { tenants: asyncHooks.AsyncLocalStorage<string>; withTenant: NatsInterceptor };
    const interceptors = [withTenant];
    const client = bench.client({ interceptors });
    const { app, strategy } = await bench.create([], { interceptors });
    const respond = (subject: string, handler: () => unknown) =>
      strategy.registerSubscriber(subject, handler, { respond: true });
    await respond('recipe.inner', () => tenants.getStore());
    await respond('recipe.outer', async () => {
      const inner = await client.request('recipe.inner', {});
      const here = client.send('recipe.inner', {}).pipe(map(() => tenants.getStore()));
      return [tenants.getStore(), inner, ...(await lastValueFrom(here.pipe(toArray())))];
    });
    await app.listen();

    const asked = (tenant: string): Promise<unknown> =>
      tenants.run(tenant, () => client.request('recipe.outer', {}));
    await expect(Promise.all(['ada', 'bob'].map(asked))).resolves.toEqual([
      ['ada', 'ada', 'ada'],
      ['bob', 'bob', 'bob'],
    ]);
    await expect(client.request('recipe.outer', {})).resolves.toEqual([
      'nobody',
      'nobody',
      'nobody',
    ]);
    const stranger = await bench.peer();
    const reply = await stranger.request('recipe.inner', '{}');
    expect(reply.json()).toBe('nobody');
  });
});
