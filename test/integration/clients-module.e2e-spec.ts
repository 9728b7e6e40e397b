import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxy, ClientsModule } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { NatsClient, type NatsClientOptions } from 'nestjs-nats';
import { onlyConnected } from '../support/monitoring.js';
import { NatsBench } from '../support/nats-bench.js';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const options = (name: string): NatsClientOptions => ({ servers: bench.server.url, name });

const WAYS: [name: string, module: () => DynamicModule][] = [
  [
    'register',
    () =>
      ClientsModule.register([
        { name: 'ORDERS', customClass: NatsClient, options: options('orders') },
      ]),
  ],
  [
    'registerAsync',
    () =>
      ClientsModule.registerAsync([
        {
          name: 'ORDERS',
          useFactory: async () =>
            Promise.resolve({ customClass: NatsClient, options: options('orders') }),
        },
      ]),
  ],
];

async function context(module: DynamicModule): Promise<INestApplicationContext> {
  class AppModule {}
  Module({ imports: [module] })(AppModule);
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
  bench.own(() => app.close());
  return app;
}

it.each(WAYS)(
  'U1: ClientsModule.%s makes a client, and closes it with the app',
  async (_, module) => {
    const peer = await bench.peer({ name: 'peer' });
    const received: unknown[] = [];
    peer.subscribe('clients.event', {
      callback: (_, message) => void received.push(message.json()),
    });
    peer.subscribe('clients.ask', { callback: (_, message) => void message.respond('"answer"') });
    await peer.flush();

    const app = await context(module());
    const client = app.get<ClientProxy>('ORDERS');
    expect(client).toBeInstanceOf(NatsClient);
    expect(client).toBeInstanceOf(ClientProxy);
    await onlyConnected(bench.server, ['peer']);
    await expect(lastValueFrom(client.send('clients.ask', {}))).resolves.toBe('answer');
    await lastValueFrom(client.emit('clients.event', { id: 1 }), { defaultValue: undefined });
    await onlyConnected(bench.server, ['peer', 'orders']);

    await app.close();
    await peer.flush();
    expect(received).toEqual([{ id: 1 }]);
    await onlyConnected(bench.server, ['peer']);
  },
);

it('U1: two clients of one app have connections of their own', async () => {
  const app = await context(
    ClientsModule.register([
      { name: 'ONE', customClass: NatsClient, options: options('one') },
      { name: 'TWO', customClass: NatsClient, options: options('two') },
    ]),
  );
  await Promise.all(['ONE', 'TWO'].map((name) => app.get<ClientProxy>(name).connect()));
  await expect(onlyConnected(bench.server, ['one', 'two'])).resolves.toBeUndefined();
  await app.close();
  await onlyConnected(bench.server, []);
});
