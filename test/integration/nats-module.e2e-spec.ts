import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Controller,
  type DynamicModule,
  type INestApplication,
  Injectable,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import {
  InjectNatsClient,
  NatsClient,
  NatsModule,
  type NatsModuleOptions,
  NatsStrategy,
} from 'nestjs-nats';
import { connections, onlyConnected } from '../support/monitoring.js';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

@Injectable()
class Sender implements OnModuleInit, OnApplicationShutdown {
  initialised = false;

  constructor(@InjectNatsClient() readonly client: NatsClient) {}

  onModuleInit(): void {
    this.initialised = true;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.client.publish('module.farewell', 'bye', { confirm: 'flush' });
  }
}

@Controller()
class Receiver {
  readonly received: unknown[] = [];

  constructor(private readonly sender: Sender) {}

  @EventPattern('module.event')
  onEvent(@Payload() data: unknown): void {
    this.received.push({ data, initialised: this.sender.initialised });
  }

  @MessagePattern('module.relay')
  async relay(@Payload() n: number): Promise<unknown> {
    return { relayed: await this.sender.client.request('module.square', n) };
  }

  @MessagePattern('module.square')
  square(@Payload() n: number): number {
    return n * n;
  }
}

@Module({})
class Settings {
  static with(options: NatsModuleOptions): DynamicModule {
    return {
      module: Settings,
      providers: [{ provide: 'SETTINGS', useValue: options }],
      exports: ['SETTINGS'],
    };
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** Starts a hybrid app, HTTP beside NATS, around a NatsModule. */
async function hybrid(nats: DynamicModule): Promise<INestApplication> {
  class AppModule {}
  Module({ imports: [nats], controllers: [Receiver], providers: [Sender] })(AppModule);
  const app = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
  bench.own(() => app.close());
  app.connectMicroservice({ strategy: app.get(NatsStrategy) }, { inheritAppConfig: true });
  await app.init();
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  return app;
}

const options = (): NatsModuleOptions => ({
  servers: bench.server.url,
  name: 'module',
  queue: 'module',
});

const WAYS: [name: string, module: () => DynamicModule][] = [
  ['forRoot', () => NatsModule.forRoot(options())],
  [
    'forRootAsync',
    () =>
      NatsModule.forRootAsync({
        imports: [Settings.with(options())],
        inject: ['SETTINGS'],
        useFactory: async (settings: NatsModuleOptions) => Promise.resolve(settings),
      }),
  ],
];

describe.each(WAYS)('NatsModule.%s in a hybrid app', (_, module) => {
  it('U2: serves strategy and client on one connection', async () => {
    const app = await hybrid(module());
    const { client } = app.get(Sender);
    await client.publish('module.event', 'to myself', { confirm: 'flush' });
    await expect(client.request('module.relay', 7)).resolves.toEqual({ relayed: 49 });
    await waitFor(() => app.get(Receiver).received.length > 0, { what: 'the event' });
    expect(app.get(Receiver).received).toEqual([{ data: 'to myself', initialised: true }]);

    const open = await connections(bench.server);
    expect(open.map(({ name }) => name)).toEqual(['module']);
    expect(open[0]!.subscriptions_list).toEqual(
      expect.arrayContaining(['module.event', 'module.relay', 'module.square']),
    );
  });

  it('U2: leaves the connection at app.close(), after the shutdown hooks', async () => {
    const peer = await bench.peer({ name: 'peer' });
    const farewells: string[] = [];
    peer.subscribe('module.farewell', {
      callback: (_, message) => void farewells.push(message.string()),
    });
    await peer.flush();
    const app = await hybrid(module());
    await app.get(NatsClient).request('module.square', 2);
    await app.close();
    await peer.flush();
    expect(farewells).toEqual(['"bye"']);
    await onlyConnected(bench.server, ['peer']);
  });
});

it('U1: an app that only publishes subscribes to nothing, and dials when it publishes', async () => {
  class AppModule {}
  Module({ imports: [NatsModule.forRoot(options())], providers: [Sender] })(AppModule);
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
  bench.own(() => app.close());
  await onlyConnected(bench.server, []);
  await app.get(NatsClient).publish('module.event', 1, { confirm: 'flush' });
  await expect(connections(bench.server)).resolves.toMatchObject([{ subscriptions: 0 }]);
});

it('U3: wrong options fail when the app is created, all named at once', async () => {
  class AppModule {}
  const wrong = { servers: 'http://x', codec: 'yaml', timeoutMs: 0, queue: 'a b', colour: 'red' };
  Module({ imports: [NatsModule.forRoot(wrong as unknown as NatsModuleOptions)] })(AppModule);
  const created = NestFactory.create(AppModule, { logger: false, abortOnError: false });
  await expect(created).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
  await expect(created).rejects.toThrow(
    /(?=.*servers|.*http)(?=.*codec)(?=.*timeoutMs)(?=.*queue)(?=.*colour)/,
  );
});

it('U3: several modules of one process have connections of their own', async () => {
  const [one, two] = [await hybrid(WAYS[0]![1]()), await hybrid(WAYS[1]![1]())];
  await onlyConnected(bench.server, ['module', 'module']);
  await one.close();
  await expect(two.get(NatsClient).request('module.square', 3)).resolves.toBe(9);
});
