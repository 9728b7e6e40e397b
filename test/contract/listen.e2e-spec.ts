import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Controller, type INestMicroservice, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type AsyncMicroserviceOptions, EventPattern, MessagePattern } from '@nestjs/microservices';
import { NatsStrategy } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';

@Controller()
class Handlers {
  @EventPattern('listen.:id.event', { queue: 'listeners' })
  event(_data: unknown): void {}

  @MessagePattern('listen.request')
  request(): string {
    return 'answer';
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const INFO = {
  server: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
  serverVersion: expect.stringMatching(/^\d+\.\d+\.\d+/),
  consumers: [],
  streams: [],
  subscriptions: [
    {
      kind: 'event',
      subject: 'listen.*.event',
      queue: 'listeners',
      patterns: ['listen.:id.event'],
      handlers: [{ pattern: 'listen.:id.event', places: [], options: { queue: 'listeners' } }],
    },
    {
      kind: 'request',
      subject: 'listen.request',
      queue: undefined,
      patterns: ['listen.request'],
      handlers: [{ pattern: 'listen.request', places: [], options: {} }],
    },
  ],
  warnings: [],
};

/** Listens without Nest, to hear what the callback gets. */
async function calls(strategy: NatsStrategy): Promise<unknown[][]> {
  const heard: unknown[][] = [];
  bench.own(() => strategy.close());
  await strategy.listen((...args) => heard.push(args));
  return heard;
}

it('await app.listen() gives what the strategy reports', async () => {
  const { app } = await bench.create([Handlers]);
  const info: unknown = await app.listen();
  expect(info).toEqual(INFO);
});

it('listen() calls back once, with the report', async () => {
  const heard = await calls(new NatsStrategy({ servers: bench.server.url }));
  expect(heard).toEqual([[undefined, expect.objectContaining({ subscriptions: [] })]]);
});

it('listen() calls back once, with the error, and does not throw', async () => {
  const heard = await calls(new NatsStrategy({ servers: 'nats://127.0.0.1:1' }));
  expect(heard).toEqual([[expect.objectContaining({ code: 'CONNECTION_FAILED' })]]);
});

it('listen() calls back once, with the error of a handler', async () => {
  const strategy = new NatsStrategy({ servers: bench.server.url });
  strategy.addHandler('not a subject', async () => Promise.resolve(), true);
  const heard = await calls(strategy);
  expect(heard).toEqual([[expect.objectContaining({ code: 'INVALID_SUBJECT' })]]);
});

it('close() may come before listen(), twice, and at once', async () => {
  const { app, strategy } = await bench.create([Handlers]);
  await strategy.close();
  await app.listen();
  await Promise.all([strategy.close(), strategy.close()]);
  await strategy.close();
  expect(() => strategy.unwrap()).toThrow('Not initialized');
});

it('a strategy may be made by dependency injection', async () => {
  @Injectable()
  class Settings {
    readonly servers = bench.server.url;
  }
  class TestModule {}
  Module({ controllers: [Handlers], providers: [Settings] })(TestModule);
  const app: INestMicroservice = await NestFactory.createMicroservice<AsyncMicroserviceOptions>(
    TestModule,
    {
      inject: [Settings],
      useFactory: ({ servers }: Settings) => ({ strategy: new NatsStrategy({ servers }) }),
      logger: false,
    },
  );
  bench.own(() => app.close());
  const info: unknown = await app.listen();
  expect(info).toEqual(INFO);
  await expect(bench.client().request('listen.request', {})).resolves.toBe('answer');
});
