import { type INestMicroservice, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClientNats,
  type ClientProxy,
  type MicroserviceOptions,
  type NatsOptions,
  Transport,
} from '@nestjs/microservices';
import type { NatsBench } from './nats-bench.js';

type BuiltInOptions = NonNullable<NatsOptions['options']>;

/** Starts a microservice of these controllers on Nest's own `ServerNats`. */
export async function listenBuiltIn(
  bench: NatsBench,
  controllers: Type[],
  options: BuiltInOptions = {},
): Promise<INestMicroservice> {
  class TestModule {}
  Module({ controllers })(TestModule);
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(TestModule, {
    transport: Transport.NATS,
    options: { servers: bench.server.url, ...options },
    logger: false,
    abortOnError: false,
  });
  bench.own(() => app.close());
  await app.listen();
  // it subscribes without waiting for the server
  await app.unwrap<{ flush(): Promise<void> }>().flush();
  return app;
}

/** Makes a client of Nest's own, `ClientNats`. */
export function builtInClient(bench: NatsBench, options: BuiltInOptions = {}): ClientNats {
  const client = new ClientNats({ servers: bench.server.url, ...options });
  bench.own(() => client.close());
  return client;
}

/** What clients of every transport can do; what they deliver by `on()` differs. */
export type Client = Omit<ClientProxy, 'on' | 'status'>;

/** A client that talks to a server, of which at least one may be Nest's own. */
export interface Direction {
  readonly client: 'built-in' | 'nest' | 'plain';
  readonly server: 'built-in' | 'nest' | 'both';
}

/** Our client and strategy against Nest's, by the envelope of ours, and Nest's among themselves. */
export const DIRECTIONS: readonly Direction[] = [
  { client: 'nest', server: 'built-in' },
  { client: 'built-in', server: 'nest' },
  { client: 'built-in', server: 'both' },
  { client: 'nest', server: 'both' },
  { client: 'plain', server: 'both' },
  // the control: what the others are measured by
  { client: 'built-in', server: 'built-in' },
];

/** Serves the controllers in a direction, and gives a client for them. */
export async function serve(
  bench: NatsBench,
  { client, server }: Direction,
  controllers: Type[],
): Promise<Client> {
  if (server === 'built-in') await listenBuiltIn(bench, controllers);
  else await bench.listen(controllers, { envelope: server });
  return client === 'built-in' ? builtInClient(bench) : bench.client({ envelope: client });
}
