import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  NatsClient,
  type NatsConnectionOptions,
  type NatsMessageContext,
  NatsModule,
  NatsSharedConnection,
  NatsStrategy,
  Respond,
} from 'nestjs-nats';
import { captureLog, type CapturedLog } from '../support/captured-log.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { waitFor } from '../support/wait-for.js';

const CANARY = 'c4n4ry-p4ssw0rd';

@Controller()
class Handlers {
  static last: unknown;

  @Respond('secrets.ask')
  ask(@Payload() data: unknown, @Ctx() context: NatsMessageContext): unknown {
    Handlers.last = context;
    return data;
  }
}

const bench = new NatsBench({ config: `authorization { user: ada, password: "${CANARY}" }` });
let log: CapturedLog;
beforeAll(() => bench.start());
afterEach(async () => {
  await bench.clear();
  log.stop();
});
afterAll(() => bench.stop());

const ways = (): [string, NatsConnectionOptions][] => [
  ['in the address', { servers: `nats://ada:${CANARY}@127.0.0.1:${bench.server.port}` }],
  ['as options', { servers: bench.server.url, user: 'ada', pass: CANARY }],
  ['from a function', { servers: bench.server.url, user: 'ada', pass: () => CANARY }],
];

/** Prints all that can be reached. */
function printed(...things: unknown[]): string {
  return things.map((thing) => inspect(thing, { depth: 12 })).join('\n');
}

describe.each([0, 1, 2])('a password, way %d,', (way) => {
  const options = (): NatsConnectionOptions => ({
    ...ways()[way]![1],
    reconnectTimeWait: 20,
    reconnectJitter: 0,
  });

  it('F19: is not shown by strategy, client, connection, context or boot report', async () => {
    const { app, strategy } = await bench.create([Handlers], options());
    log = captureLog();
    const info: unknown = await app.listen();
    const client = bench.client(options());
    const shared = new NatsSharedConnection(options());
    await client.request('secrets.ask', 1);
    const things = [
      strategy,
      client,
      shared,
      Handlers.last,
      info,
      client.unwrap(),
      strategy.unwrap(),
    ];
    expect(printed(...things)).not.toContain(CANARY);
    expect(inspect(Handlers.last)).toContain('secrets.ask');
    await bench.server.kill();
    const error = await rejection(client.request('secrets.ask', 1));
    await bench.server.restart();
    let back = false;
    client.status.subscribe((status) => (back = status === 'connected'));
    await waitFor(() => back, { what: 'the connection' });
    expect(printed(error)).not.toContain(CANARY);
    expect(log.lines.join('\n')).toMatch(/Connected again/);
    expect(log.lines.join('\n')).not.toContain(CANARY);
  });

  it('F19: is not shown by the module and its application', async () => {
    class AppModule {}
    const module = NatsModule.forRoot(options());
    Module({ imports: [module], controllers: [Handlers] })(AppModule);
    const app = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
    bench.own(() => app.close());
    log = captureLog();
    await app.get(NatsClient).connect();
    const all = [module, app.get(NatsStrategy), app.get(NatsClient), app];
    expect(printed(...all)).not.toContain(CANARY);
  });

  it('F19: is in no error, when it is refused', async () => {
    log = captureLog();
    const wrong = JSON.parse(
      JSON.stringify({ ...options(), pass: undefined }).replaceAll(CANARY, `wrong-${CANARY}`),
    ) as NatsConnectionOptions;
    const pass = way === 0 ? {} : { pass: `wrong-${CANARY}` };
    const error = await rejection(bench.client({ ...wrong, ...pass }).connect());
    expect(error).toMatchObject({ code: 'CONNECTION_FAILED' });
    expect(printed(error)).not.toContain(CANARY);
    expect(log.lines.join('\n')).not.toContain(CANARY);
  });
});

it.each<[string, object]>([
  ['a seed', { nkeySeed: CANARY }],
  ['a JWT', { jwt: CANARY }],
  ['creds', { creds: CANARY }],
  ['an address', { servers: `nats://ada:${CANARY}@[` }],
  ['TLS', { tls: { key: CANARY } }],
  ['a passphrase', { tls: { passphrase: CANARY, cert: 5 } }],
])('F19: options that are refused do not show %s', async (_, options) => {
  log = captureLog();
  const error = await rejection(Promise.resolve().then(() => new NatsClient(options)));
  expect(error).toMatchObject({ code: 'INVALID_OPTIONS' });
  expect(printed(error)).not.toContain(CANARY);
});
