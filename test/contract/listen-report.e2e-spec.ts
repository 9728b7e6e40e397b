import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Controller, Logger, type LoggerService } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { Consume, type NatsListenInfo, NatsModule, NatsStrategy, Subscribe } from 'nestjs-nats';
import { httpApp } from '../support/http-app.js';
import { NatsBench } from '../support/nats-bench.js';

@Controller()
class Handlers {
  @MessagePattern('report.:id.ask', { queue: 'q', concurrency: 2 })
  ask(): string {
    return 'answer';
  }
}

const bench = new NatsBench({ jetstream: true });
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

it('logs what listen() gives, in one entry, with the methods that NatsModule knows', async () => {
  const entries: unknown[] = [];
  const app = await httpApp(bench, {
    imports: [
      NatsModule.forRoot({
        servers: bench.server.url,
        streams: [{ name: 'REPORTED', subjects: ['reported.>'] }],
      }),
    ],
    controllers: [Handlers],
  });
  const strategy = app.get(NatsStrategy);
  const service = app.connectMicroservice({ strategy }, { inheritAppConfig: true });
  await app.init();
  Logger.overrideLogger({
    log: (entry: unknown, context: unknown) =>
      void (context === NatsStrategy.name && entries.push(entry)),
    warn: () => undefined,
    error: () => undefined,
  } satisfies LoggerService);
  const info = (await service.listen()) as unknown as NatsListenInfo;
  Logger.overrideLogger(false);
  expect(info.subscriptions[0]!.handlers).toEqual([
    {
      pattern: 'report.:id.ask',
      places: ['Handlers.ask'],
      options: { queue: 'q', concurrency: 2 },
    },
  ]);
  expect(entries).toHaveLength(1);
  expect({ ...(entries[0] as object) }).toEqual(info);
  const lines = String(entries[0]).split('\n');
  expect(lines).toEqual([
    expect.stringMatching(/^Listens on 127\.0\.0\.1:\d+ \(nats-server \d+\.\d+\.\d+/),
    expect.stringMatching(/^handler +kind +subject +shared by +options$/),
    expect.stringMatching(/^Handlers\.ask +request +report\.\*\.ask +queue q +concurrency: 2$/),
    'Streams:',
    expect.stringMatching(/^stream +action +subjects +details$/),
    expect.stringMatching(/^REPORTED +create +reported\.>/),
  ]);
});

const STREAM = 'TOLD';

@Controller()
class Billing {
  @Consume('told.order', { stream: STREAM, durable: 'billing' })
  bill(): void {}

  @Subscribe('told.price', { queue: 'billing' })
  note(): void {}
}

@Controller()
class Mail {
  @Consume(['told.order', 'told.refund'], { stream: STREAM, durable: 'mail' })
  mail(): void {}

  @Subscribe('told.price', { queue: 'mail' })
  price(): void {}
}

it('names the method of each handler, also where several have one pattern', async () => {
  const streams = [{ name: STREAM, subjects: ['told.order', 'told.refund'] }];
  const app = await httpApp(bench, {
    imports: [NatsModule.forRoot({ servers: bench.server.url, streams })],
    controllers: [Billing, Mail],
  });
  const strategy = app.get(NatsStrategy);
  const service = app.connectMicroservice({ strategy }, { inheritAppConfig: true });
  const info = (await service.listen()) as unknown as NatsListenInfo;
  const places = (handlers: NatsListenInfo['consumers'][number]['handlers']) =>
    handlers.flatMap((handler) => handler.places);
  expect(
    Object.fromEntries(info.consumers.map((one) => [one.durable, places(one.handlers)])),
  ).toEqual({ billing: ['Billing.bill'], mail: ['Mail.mail', 'Mail.mail'] });
  expect(
    Object.fromEntries(info.subscriptions.map((one) => [one.queue, places(one.handlers)])),
  ).toEqual({ billing: ['Billing.note'], mail: ['Mail.price'] });
});
