import { expect, it } from '@jest/globals';
import { tokenAuthenticator } from '@nats-io/transport-node';
import type { NatsOptions } from '@nestjs/microservices';
import {
  NatsClient,
  type NatsClientOptions,
  NatsStrategy,
  type NatsStrategyOptions,
} from 'nestjs-nats';

const serializer = { serialize: (packet: unknown) => JSON.stringify(packet) };
const deserializer = { deserialize: (message: { json(): unknown }) => message.json() };

const COMMON = {
  servers: ['nats://127.0.0.1:4222'],
  name: 'prices',
  user: 'ada',
  pass: 'secret',
  tls: {},
  inboxPrefix: '_MINE',
  noEcho: true,
  pingInterval: 1_000,
  serializer,
  deserializer,
} satisfies NatsOptions['options'];

it('options of the built-in transport that still mean something are taken by their names', () => {
  const { user: _user, pass: _pass, ...others } = COMMON;
  const client = { headers: { tenant: 'acme' } } satisfies NatsOptions['options'];
  const server = { queue: 'prices' } satisfies NatsOptions['options'];
  for (const common of [
    COMMON,
    { ...others, token: 'secret' },
    { ...others, authenticator: tokenAuthenticator('secret') },
  ]) {
    expect(new NatsStrategy({ ...common, ...server })).toBeDefined();
    expect(new NatsClient({ ...common, ...client })).toBeDefined();
  }
});

it.each([
  ['maxReconnectAttempts', 10],
  ['reconnect', false],
  ['waitOnFirstConnect', true],
  ['timeout', 5_000],
  ['debug', true],
  ['gracefulShutdown', true],
  ['gracePeriod', 1_000],
])('the option %s, which means nothing here, is refused by its name', (name, value) => {
  const refused = expect.objectContaining({
    code: 'INVALID_OPTIONS',
    message: expect.stringContaining(name),
  });
  const options = { [name]: value };
  expect(() => new NatsStrategy(options as NatsStrategyOptions)).toThrow(refused);
  expect(() => new NatsClient(options as NatsClientOptions)).toThrow(refused);
});
