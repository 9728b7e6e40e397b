import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Inject, Module, type ModuleMetadata } from '@nestjs/common';
import {
  type AsyncMicroserviceOptions,
  ClientProxy,
  ClientsModule,
  MessagePattern,
} from '@nestjs/microservices';
import { NestFactory } from '@nestjs/core';
import { lastValueFrom } from 'rxjs';
import { InjectNatsClient, NatsClient, NatsModule, NatsStrategy } from 'nestjs-nats';
import { type Gate, gate } from '../support/gate.js';
import { httpApp, startHybrid } from '../support/http-app.js';
import { onlyConnected } from '../support/monitoring.js';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** A module whose handler uses injected clients of both kinds when it is told to go on. */
function moduleOf(hold: Gate): ModuleMetadata {
  const options = { servers: bench.server.url, name: 'client' };

  @Controller()
  class Relay {
    constructor(
      @InjectNatsClient() private readonly shared: NatsClient,
      @Inject('CLIENT') private readonly registered: ClientProxy,
    ) {}

    @MessagePattern('relay.ask')
    async ask(): Promise<unknown[]> {
      await hold.wait();
      const proxies = [this.shared, this.registered];
      return Promise.all(
        proxies.map(async (client, n) => {
          client.emit('relay.heard', `emit ${n}`);
          return lastValueFrom(client.send<unknown>('relay.back', n));
        }),
      );
    }
  }

  return {
    imports: [
      NatsModule.forRoot({ servers: bench.server.url, name: 'shared' }),
      ClientsModule.register([{ name: 'CLIENT', customClass: NatsClient, options }]),
    ],
    controllers: [Relay],
  };
}

interface Closable {
  close(): Promise<void>;
}

const KINDS: [kind: string, start: (metadata: ModuleMetadata) => Promise<Closable>][] = [
  [
    'microservice',
    async (metadata) => {
      class TestModule {}
      Module(metadata)(TestModule);
      const app = await NestFactory.createMicroservice<AsyncMicroserviceOptions>(TestModule, {
        inject: [NatsStrategy],
        useFactory: (strategy: NatsStrategy) => ({ strategy }),
        logger: false,
        abortOnError: false,
      });
      bench.own(() => app.close());
      await app.listen();
      return app;
    },
  ],
  [
    'hybrid application',
    async (metadata) => {
      const app = await httpApp(bench, metadata);
      await startHybrid(app, [app.get(NatsStrategy)]);
      return app;
    },
  ],
];

describe.each(KINDS)('F8: while a %s is closed', (_, start) => {
  it('handlers use injected clients as ever, and no connection stays', async () => {
    const peer = await bench.peer({ name: 'peer' });
    const heard: unknown[] = [];
    peer.subscribe('relay.back', { callback: (_, message) => void message.respond(message.data) });
    peer.subscribe('relay.heard', { callback: (_, message) => void heard.push(message.json()) });
    await peer.flush();
    const hold = gate();
    const app = await start(moduleOf(hold));
    const client = bench.client({ name: 'caller' });
    const answer = client.request('relay.ask', {});
    await waitFor(hold.reached, { what: 'the handler to start' });
    const closed = app.close();
    hold.open();
    await expect(answer).resolves.toEqual([0, 1]);
    await closed;
    await peer.flush();
    expect(heard).toHaveLength(2);
    expect(new Set(heard)).toEqual(new Set(['emit 0', 'emit 1']));
    await onlyConnected(bench.server, ['peer', 'caller']);
  });
});
