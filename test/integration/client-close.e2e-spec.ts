import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { connections, onlyConnected } from '../support/monitoring.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { waitFor } from '../support/wait-for.js';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

async function listener(subject: string): Promise<string[]> {
  const peer = await bench.peer({ name: 'listener' });
  const received: string[] = [];
  peer.subscribe(subject, { callback: (_, message) => void received.push(message.string()) });
  await peer.flush();
  return received;
}

it('F7: close() sends what was published before', async () => {
  const received = await listener('bye.event');
  const client = bench.client();
  await client.connect();
  const numbers = Array.from({ length: 100 }, (_, n) => n);
  await Promise.all(numbers.map((n) => client.publish('bye.event', n)));
  await client.close();
  await waitFor(() => received.length === 100, {
    what: () => `100 events, got ${received.length}`,
  });
  expect(received).toEqual(numbers.map(String));
  await onlyConnected(bench.server, ['listener']);
});

it('F7: close() sends what has not left the process yet', async () => {
  const peer = await bench.peer({ name: 'listener' });
  const sizes: number[] = [];
  peer.subscribe('bye.large', { callback: (_, { data }) => void sizes.push(data.length) });
  await peer.flush();
  const client = bench.client({ codec: 'raw', maxBufferedBytes: 64_000_000 });
  await client.connect();
  // more than the buffers of the sockets take at once
  const large = new Uint8Array(1_000_000);
  await Promise.all(Array.from({ length: 20 }, () => client.publish('bye.large', large)));
  await client.close();
  await waitFor(() => sizes.length === 20, { what: () => `20 events, got ${sizes.length}` });
  expect(new Set(sizes)).toEqual(new Set([1_000_000]));
});

it('close() rejects the requests under way at once', async () => {
  const asked = await listener('bye.ask');
  const client = bench.client({ timeoutMs: 20_000 });
  const refused = rejection(client.request('bye.ask', 1));
  await waitFor(() => asked.length === 1, { what: 'the request' });
  await client.close();
  await expect(refused).resolves.toMatchObject({
    name: 'NatsTransportError',
    code: expect.stringMatching(/^(CLOSED|CONNECTION_LOST)$/),
  });
});

it('close() may be called twice, and before anything was connected', async () => {
  const unused = bench.client();
  await unused.close();
  const client = bench.client();
  await client.connect();
  await Promise.all([client.close(), client.close()]);
  await client.close();
  await expect(onlyConnected(bench.server, [])).resolves.toBeUndefined();
});

it('a closed client works again after connect()', async () => {
  const received = await listener('bye.again');
  const client = bench.client();
  await client.publish('bye.again', 1);
  await client.close();
  await client.connect();
  await client.publish('bye.again', 2, { confirm: 'flush' });
  await waitFor(() => received.length === 2, { what: 'both events' });
  expect(received).toEqual(['1', '2']);
});

it('concurrent first uses share one connection', async () => {
  const client = bench.client({ name: 'once' });
  await Promise.all([
    client.connect(),
    client.connect(),
    client.publish('bye.shared', 1),
    rejection(client.request('bye.nobody', 1)),
  ]);
  const named = (await connections(bench.server)).filter(({ name }) => name === 'once');
  expect(named).toHaveLength(1);
});
