import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { NatsTransportError } from 'nestjs-nats';
import { onlyConnected } from '../support/monitoring.js';
import { NatsBench } from '../support/nats-bench.js';
import { everythingOf, rejection } from '../support/rejection.js';
import { waitFor } from '../support/wait-for.js';

const bench = new NatsBench({ config: 'authorization { user: ada, password: "s3cret" }' });
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

@Controller()
class Handler {
  @EventPattern('failures.event')
  handle(_data: unknown): void {}
}

const openSockets = (): number =>
  process.getActiveResourcesInfo().filter((resource) => resource.startsWith('TCP')).length;

/** An address at which nobody listens. */
async function deadAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return `nats://127.0.0.1:${port}`;
}

it('listen() fails with CONNECTION_FAILED when there is no server, and leaves no socket', async () => {
  const servers = await deadAddress();
  const before = openSockets();
  const { app, strategy } = await bench.create([Handler], { servers });
  const error = await rejection<NatsTransportError>(app.listen());
  expect(error).toMatchObject({ name: 'NatsTransportError', code: 'CONNECTION_FAILED' });
  expect(error.message).toContain(new URL(servers).host);
  expect(() => strategy.unwrap()).toThrow(/listen\(\)/);
  await waitFor(() => openSockets() <= before, { what: 'the sockets to be closed' });
});

it('listen() fails with CONNECTION_FAILED when the server is mute, after connectTimeoutMs', async () => {
  const mute = createServer().listen(0, '127.0.0.1');
  await once(mute, 'listening');
  const accepted: { destroy(): void }[] = [];
  mute.on('connection', (socket) => accepted.push(socket));
  bench.own(() => {
    for (const socket of accepted) socket.destroy();
    mute.close();
  });
  const { port } = mute.address() as { port: number };
  const servers = `nats://127.0.0.1:${port}`;
  const { app } = await bench.create([Handler], { servers, connectTimeoutMs: 100 });
  await expect(app.listen()).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
  expect(accepted.length).toBeGreaterThan(0);
});

it.each([
  ['a wrong password', { user: 'ada', pass: 'wrong-hunter2' }],
  ['a wrong user', { user: 'eve', pass: 'wrong-hunter2' }],
  ['a token in place of them', { token: 'wrong-hunter2' }],
  ['none', {}],
])('listen() fails with CONNECTION_FAILED for %s, and leaves no connection', async (_, options) => {
  const { app } = await bench.create([Handler], options);
  const error = await rejection<NatsTransportError>(app.listen());
  expect(error).toMatchObject({ code: 'CONNECTION_FAILED' });
  expect(error.message).toMatch(/authorization/i);
  expect(everythingOf(error)).not.toContain('hunter2');
  await onlyConnected(bench.server, []);
});

it('listen() works at the second attempt, when the server is there by then', async () => {
  const { app } = await bench.create([Handler], { user: 'ada', pass: 's3cret' });
  await bench.server.kill();
  await expect(app.listen()).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
  await bench.server.restart();
  await expect(app.listen()).resolves.toMatchObject({ subscriptions: [{}] });
});
