import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientsModule, Payload } from '@nestjs/microservices';
import {
  NatsClient,
  NatsModule,
  NatsSharedConnection,
  type NatsStatus,
  NatsStrategy,
  Respond,
} from 'nestjs-nats';
import { connections, onlyConnected } from '../support/monitoring.js';
import { NatsBench } from '../support/nats-bench.js';

@Controller()
class Echo {
  @Respond('shared.echo')
  echo(@Payload() data: unknown): unknown {
    return data;
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

describe('one connection for several', () => {
  it('serves clients with different options, and a strategy', async () => {
    const connection = new NatsSharedConnection({ servers: bench.server.url, name: 'shared' });
    await bench.listen([Echo], { connection });
    const json = bench.client({ connection });
    const text = bench.client({ connection, codec: 'text' });
    await expect(json.request('shared.echo', { a: 1 })).resolves.toEqual({ a: 1 });
    // the answer is JSON, and read as text
    await expect(text.request('shared.echo', 'a')).resolves.toBe('"a"');
    expect(await connections(bench.server)).toHaveLength(1);
  });

  it('is dialled for the first, and closed with the last', async () => {
    const connection = new NatsSharedConnection({ servers: bench.server.url, name: 'shared' });
    const statuses: NatsStatus[] = [];
    const heard: string[] = [];
    connection.status.subscribe((status) => statuses.push(status));
    connection.on('connect', () => heard.push('connect'));
    connection.on('close', () => heard.push('close'));
    const first = bench.client({ connection });
    const second = bench.client({ connection });
    await onlyConnected(bench.server, []);
    await first.connect();
    await second.publish('shared.event', 1);
    await first.close();
    await onlyConnected(bench.server, ['shared']);
    await second.close();
    await onlyConnected(bench.server, []);
    expect(statuses).toEqual(['connected', 'draining', 'closed']);
    expect(heard).toEqual(['connect', 'close']);
  });

  it('checks its options', () => {
    const options = { servers: [], colour: 'red' } as object;
    expect(() => new NatsSharedConnection(options)).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTIONS',
        details: { faults: ['colour: there is no such option', 'servers: the list is empty'] },
      }),
    );
  });

  it('shows an application its status and events, and nothing else', () => {
    const connection = new NatsSharedConnection();
    expect(Reflect.ownKeys(connection)).toEqual([]);
    const shown = Reflect.ownKeys(Object.getPrototypeOf(connection) as object);
    expect(new Set(shown)).toEqual(new Set(['constructor', 'status', 'on']));
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'nats://127.0.0.1:4222'],
    ['options', { servers: 'nats://127.0.0.1:4222' }],
    ['a client', new NatsClient()],
  ])('cannot be %s', (_, connection) => {
    const options = { connection } as { connection: NatsSharedConnection };
    const refusal = expect.objectContaining({
      code: 'INVALID_OPTIONS',
      message: expect.stringContaining('connection: expected a NatsSharedConnection'),
    });
    expect(() => new NatsClient(options)).toThrow(refusal);
    expect(() => new NatsStrategy(options)).toThrow(refusal);
  });
});

it('NatsModule provides its connection for more clients', async () => {
  class AppModule {}
  Module({
    imports: [
      NatsModule.forRoot({ servers: bench.server.url, name: 'module' }),
      ClientsModule.registerAsync([
        {
          name: 'TEXT',
          inject: [NatsSharedConnection],
          useFactory: (connection: NatsSharedConnection) => ({
            customClass: NatsClient,
            options: { connection, codec: 'text' },
          }),
        },
      ]),
    ],
    controllers: [Echo],
  })(AppModule);
  const app = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
  bench.own(() => app.close());
  app.connectMicroservice({ strategy: app.get(NatsStrategy) });
  await app.init();
  await app.startAllMicroservices();
  const text = app.get<NatsClient>('TEXT');
  await expect(text.request('shared.echo', 'a')).resolves.toBe('"a"');
  expect(await connections(bench.server)).toHaveLength(1);
  await app.close();
  await onlyConnected(bench.server, []);
});
