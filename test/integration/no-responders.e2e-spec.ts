import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { lastValueFrom } from 'rxjs';
import { isNatsTransportError, type NatsClient } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const WAYS: [name: string, call: (client: NatsClient) => Promise<unknown>][] = [
  ['request', (client) => client.request('nobody.home', {})],
  ['send', (client) => lastValueFrom(client.send('nobody.home', {}))],
];

it.each(WAYS)('N6: %s() says NO_RESPONDERS in less than 50 ms', async (_, call) => {
  const client = bench.client({ timeoutMs: 20_000 });
  await client.connect();
  const elapsedMs: number[] = [];
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    const error = await rejection(call(client));
    elapsedMs.push(performance.now() - start);
    expect(isNatsTransportError(error, 'NO_RESPONDERS')).toBe(true);
    expect(error).toMatchObject({ message: expect.stringContaining('"nobody.home"') });
  }
  // a busy machine may delay some, but not all
  expect(Math.min(...elapsedMs)).toBeLessThan(50);
});

it('N6: a subscriber that does not answer is a timeout, not NO_RESPONDERS', async () => {
  const peer = await bench.peer();
  peer.subscribe('nobody.silent', { callback: () => undefined });
  await peer.flush();
  const answer = bench.client().request('nobody.silent', {}, { timeoutMs: 50 });
  await expect(answer).rejects.toMatchObject({ code: 'TIMEOUT' });
});

it('N6: an empty answer is not NO_RESPONDERS', async () => {
  const peer = await bench.peer();
  peer.subscribe('nobody.empty', { callback: (_, message) => void message.respond() });
  await peer.flush();
  await expect(bench.client().request('nobody.empty', {})).resolves.toBeUndefined();
});
