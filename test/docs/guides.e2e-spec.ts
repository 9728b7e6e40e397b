// Controllers of the guides, run as they stand there.
import { jetstreamManager } from '@nats-io/jetstream';
import * as nest from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import * as microservices from '@nestjs/microservices';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import * as library from 'nestjs-nats';
import { consumerToSettle } from '../support/consumer-state.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { runExample } from '../support/run-example.js';

const MODULES = {
  '@nestjs/common': nest,
  '@nestjs/microservices': microservices,
  'nestjs-nats': library,
};

const bench = new NatsBench({ jetstream: true });
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** Starts the controllers of an example in an application with `NatsModule`. */
async function start(
  example: readonly [document: string, heading: string],
  options: library.NatsModuleOptions = {},
  globals: Readonly<Record<string, unknown>> = {},
): Promise<nest.INestMicroservice> {
  const controllers = Object.values(runExample(example, MODULES, globals)) as nest.Type[];
  const imports = [library.NatsModule.forRoot({ servers: bench.server.url, ...options })];
  class ExampleModule {}
  nest.Module({ imports, controllers })(ExampleModule);
  const app = await NestFactory.createMicroservice<microservices.AsyncMicroserviceOptions>(
    ExampleModule,
    {
      inject: [library.NatsStrategy],
      useFactory: (strategy: library.NatsStrategy) => ({ strategy }),
      logger: false,
      abortOnError: false,
    },
  );
  bench.own(() => app.close());
  await app.listen();
  return app;
}

it('a declined card is tried once, and paid ones are paid', async () => {
  const paid: unknown[] = [];
  const app = await start(
    ['docs/guides/consuming-streams.md', 'Retries'],
    { streams: [{ name: 'ORDERS', subjects: ['orders.>'] }] },
    { console: { log: (line: unknown) => paid.push(line) } },
  );
  const client = app.get(library.NatsClient);
  await client.publish('orders.1.paid', { id: '1', total: 5_000 });
  await client.publish('orders.2.paid', { id: '2', total: 50 });

  const jsm = await jetstreamManager(await bench.peer());
  await consumerToSettle(jsm, 'ORDERS', 'payments');
  expect(paid).toEqual(['2 is paid']);
  const letters = new library.DeadLetters({ connection: app.get(library.NatsSharedConnection) });
  bench.own(() => letters.close());
  const found: library.DeadLetter[] = [];
  for await (const letter of letters.list({ stream: 'ORDERS' })) found.push(letter);
  expect(found).toEqual([
    expect.objectContaining({
      subject: 'orders.1.paid',
      attempts: 1,
      reason: 'attempts',
      error: 'no card pays 5000',
    }),
  ]);
});

it('a caller is told what an RpcException holds', async () => {
  const app = await start(['docs/guides/errors-and-exceptions.md', 'RpcException']);
  const client = app.get(library.NatsClient);
  const reserve = (amount: number): Promise<unknown> =>
    client.request('stock.reserve', { sku: 'A-1', amount });
  await expect(reserve(1)).resolves.toEqual({ reserved: 1 });
  expect(await rejection(reserve(2))).toMatchObject({
    code: 'OUT_OF_STOCK',
    message: 'only 1 of A-1 left',
    details: { left: 1 },
    status: 409,
  });
});
