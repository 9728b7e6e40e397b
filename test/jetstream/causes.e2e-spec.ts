// What controllers throw, as retry rules, dead letters and the log see it.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  type INestMicroservice,
  Module,
  StandardSchemaValidationPipe,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type AsyncMicroserviceOptions, Payload, RpcException } from '@nestjs/microservices';
import {
  Consume,
  type DeadLetter,
  DeadLetters,
  NatsExceptionFilter,
  NatsModule,
  NatsStrategy,
} from 'nestjs-nats';
import { z } from 'zod';
import { captureLog } from '../support/captured-log.js';
import { StreamBench } from '../support/stream-bench.js';

class Declined extends Error {}
class SoldOut extends RpcException {}

const Order = z.object({ sku: z.string().min(1) });
const RETRY = { attempts: 3, initialMs: 10, factor: 1, jitter: 0 };

const FAILURES: Record<string, () => Error> = {
  plain: () => new Error('the table is gone'),
  column: () => new TypeError('no such column'),
  declined: () => new Declined('no money'),
  'sold out': () => new SoldOut('none left'),
};

const bench = new StreamBench();
beforeAll(() => bench.start());
beforeEach(() => bench.open());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** Makes a controller that fails as each message tells. */
function failing(): { controller: Type; calls: string[] } {
  const calls: string[] = [];
  const retry = {
    ...RETRY,
    rules: [
      { error: Declined, attempts: 1 },
      { error: SoldOut, attempts: 1 },
    ],
  };

  @Controller()
  class Failing {
    @Consume(`${bench.stream}.order`, { stream: bench.stream, durable: 'orders', retry })
    take(@Payload({ schema: Order }) { sku }: { sku: string }): void {
      calls.push(sku);
      throw FAILURES[sku]!();
    }
  }
  return { controller: Failing, calls };
}

async function withModule(controller: Type): Promise<INestMicroservice> {
  const servers = bench.nats.server.url;
  class AppModule {}
  Module({ imports: [NatsModule.forRoot({ servers })], controllers: [controller] })(AppModule);
  const app = await NestFactory.createMicroservice<AsyncMicroserviceOptions>(AppModule, {
    inject: [NatsStrategy],
    useFactory: (strategy: NatsStrategy) => ({ strategy }),
    logger: false,
    abortOnError: false,
  });
  bench.nats.own(() => app.close());
  app.useGlobalPipes(new StandardSchemaValidationPipe());
  return app;
}

async function deadLetter(): Promise<DeadLetter> {
  const letters = new DeadLetters({ servers: bench.nats.server.url });
  try {
    for await (const letter of letters.list({ stream: bench.stream })) return letter;
  } finally {
    await letters.close();
  }
  throw new Error('There is no dead letter');
}

/** Has one message fail until it is given up. */
async function failureOf(sku: string): Promise<DeadLetter> {
  await bench.publish('order', [{ sku }]);
  await bench.settled('orders');
  return deadLetter();
}

describe('with NatsModule', () => {
  it('a dead letter has the cause', async () => {
    const { controller, calls } = failing();
    await (await withModule(controller)).listen();
    expect(await failureOf('plain')).toMatchObject({
      reason: 'attempts',
      attempts: 3,
      error: 'the table is gone',
      errorCode: 'Error',
    });
    expect(calls).toHaveLength(3);
  });

  it.each([
    ['declined', 'no money'],
    ['sold out', 'none left'],
  ])('a rule knows the class of %s', async (sku, error) => {
    const { controller, calls } = failing();
    await (await withModule(controller)).listen();
    expect(await failureOf(sku)).toMatchObject({ reason: 'attempts', attempts: 1, error });
    expect(calls).toEqual([sku]);
  });

  it('the log has each cause, though one has just been logged', async () => {
    const { controller } = failing();
    await (await withModule(controller)).listen();
    const log = captureLog();
    try {
      await bench.publish('order', [{ sku: 'plain' }, { sku: 'plain' }, { sku: 'column' }]);
      await bench.settled('orders');
    } finally {
      log.stop();
    }
    const again = log.lines.filter((line) => line.includes('comes again'));
    const causes = again.map((line) => line.slice(line.lastIndexOf(': ') + 2)).toSorted();
    expect(causes).toEqual(['no such column', 'the table is gone']);
  });

  it('what fails a validation is a dead letter at once', async () => {
    const { controller, calls } = failing();
    await (await withModule(controller)).listen();
    expect(await failureOf('')).toMatchObject({
      reason: 'invalid',
      attempts: 1,
      errorCode: 'BAD_REQUEST',
    });
    expect(calls).toEqual([]);
  });
});

describe('without NatsModule', () => {
  const HIDDEN = /Nest keeps what it throws from the transport/;

  it('the log says once what is lost, and what to do', async () => {
    const { controller } = failing();
    const { app } = await bench.nats.create([controller]);
    await app.listen();
    const log = captureLog();
    try {
      const letter = await failureOf('declined');
      // the rule would have given one attempt
      expect(letter).toMatchObject({ attempts: 3, error: 'Internal server error' });
    } finally {
      log.stop();
    }
    const told = log.lines.filter((line) => HIDDEN.test(line));
    expect(told).toEqual([expect.stringContaining(`"orders" of "${bench.stream}"`)]);
    expect(told[0]).toContain('app.useGlobalFilters(new NatsExceptionFilter())');
    expect(told[0]).toContain('inheritAppConfig: true');
  });

  it('the filter is as good, and the log is quiet about it', async () => {
    const { controller } = failing();
    const { app } = await bench.nats.create([controller]);
    app.useGlobalFilters(new NatsExceptionFilter());
    await app.listen();
    const log = captureLog();
    try {
      expect(await failureOf('declined')).toMatchObject({ attempts: 1, error: 'no money' });
    } finally {
      log.stop();
    }
    expect(log.lines.filter((line) => HIDDEN.test(line))).toEqual([]);
  });
});
