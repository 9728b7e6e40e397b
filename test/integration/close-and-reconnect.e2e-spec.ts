import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { NatsConnection } from '@nats-io/transport-node';
import { setImmediate } from 'node:timers/promises';
import type { NatsClient } from 'nestjs-nats';
import { filter, firstValueFrom, lastValueFrom } from 'rxjs';
import { onlyConnected } from '../support/monitoring.js';
import { NatsBench } from '../support/nats-bench.js';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

it('a client that closes and connects again in one turn keeps its connection', async () => {
  const client = bench.client();
  await client.connect();
  const first = client.unwrap<NatsConnection>();
  await Promise.all([client.close(), client.connect()]);
  expect(client.unwrap<NatsConnection>()).toBe(first);
  await client.publish('reopened', 1, { confirm: 'flush' });
});

it('a client that connects while it closes gets a new connection', async () => {
  const client = bench.client();
  await client.connect();
  const first = client.unwrap<NatsConnection>();
  const draining = firstValueFrom(client.status.pipe(filter((status) => status === 'draining')));
  const closing = client.close();
  await draining;
  await Promise.all([client.connect(), closing, first.closed()]);
  // the end of the first connection is reported in a later turn
  for (let turn = 0; turn < 10; turn++) await setImmediate();
  expect(client.unwrap<NatsConnection>()).not.toBe(first);
  await client.publish('reopened', 1, { confirm: 'flush' });
  await expect(client.request('nobody', 1)).rejects.toMatchObject({ code: 'NO_RESPONDERS' });
});

it('a client can be closed and connected again later', async () => {
  const client = bench.client();
  for (let round = 0; round < 3; round++) {
    await client.connect();
    await client.publish('reopened', round, { confirm: 'flush' });
    await client.close();
    await client.close();
    expect(() => client.unwrap()).toThrow('Not initialized');
  }
});

describe('a closed client', () => {
  it.each<[string, (client: NatsClient) => Promise<unknown>]>([
    ['publish()', (client) => client.publish('reopened', 1)],
    ['publishBatch()', (client) => client.publishBatch([{ subject: 'reopened', data: 1 }])],
    ['emit()', (client) => lastValueFrom(client.emit('reopened', 1))],
    ['request()', (client) => client.request('reopened', 1)],
    ['send()', (client) => lastValueFrom(client.send('reopened', 1))],
    ['gather()', (client) => lastValueFrom(client.gather('reopened', 1))],
  ])('F7: refuses %s, and opens no connection for it', async (_, call) => {
    const client = bench.client({ name: 'closed' });
    await client.publish('reopened', 1);
    await client.close();
    await expect(call(client)).rejects.toMatchObject({ code: 'CLOSED' });
    expect(client.readiness()).toEqual({ ready: false, reasons: ['The client is closed.'] });
    await onlyConnected(bench.server, []);
    await client.connect();
    expect(client.readiness()).toEqual({ ready: true, reasons: [] });
  });
});
