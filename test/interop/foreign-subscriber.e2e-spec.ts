import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { lastValueFrom } from 'rxjs';
import { foreignPeer, listenTo } from '../support/foreign-peer.js';
import { NatsBench } from '../support/nats-bench.js';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const VALUES: [value: unknown, bytes: string][] = [
  [{ sku: 'ä–漢', lines: [1.5, null, true] }, '{"sku":"ä–漢","lines":[1.5,null,true]}'],
  ['text', '"text"'],
  ['', '""'],
  [0, '0'],
  [false, 'false'],
  [[], '[]'],
  [new Date(0), '"1970-01-01T00:00:00.000Z"'],
];

it.each(VALUES)('N1: of %j it sees exactly the bytes %j, and no headers', async (value, bytes) => {
  const peer = await foreignPeer(bench);
  const received = await listenTo(peer, '>');
  const client = bench.client();
  await client.publish('foreign.event', value);
  await lastValueFrom(client.emit('foreign.event', value), { defaultValue: undefined });
  await client.publish('marker', 'end', { confirm: 'flush' });
  await peer.flush();
  const seen = received.map((message) => ({
    subject: message.subject,
    bytes: Buffer.from(message.data).toString('utf8'),
    headers: message.headers?.keys(),
    reply: message.reply,
  }));
  const event = { subject: 'foreign.event', bytes, headers: undefined, reply: '' };
  expect(seen).toEqual([event, event, { ...event, subject: 'marker', bytes: '"end"' }]);
});

it('N1: of a request it sees the same bytes, a reply subject, and no headers', async () => {
  const peer = await foreignPeer(bench);
  const received = await listenTo(peer, 'foreign.ask', (message) => void message.respond('1'));
  const client = bench.client();
  await client.request('foreign.ask', { q: 'ä' });
  await lastValueFrom(client.send('foreign.ask', { q: 'ä' }));
  expect(received).toHaveLength(2);
  for (const message of received) {
    expect(message.string()).toBe('{"q":"ä"}');
    expect(message.headers).toBeUndefined();
    expect(message.reply).toMatch(/^_INBOX\.[^.]+\.[^.]+$/);
  }
  expect(received[0]!.reply).not.toBe(received[1]!.reply);
});

it('N7: foreign subscribers form queue groups for our events', async () => {
  const numbers = Array.from({ length: 300 }, (_, i) => i);
  const received: number[][] = [[], [], []];
  const peers = await Promise.all(
    received.map(async (own) => {
      const peer = await foreignPeer(bench);
      peer.subscribe('foreign.shared', {
        queue: 'theirs',
        callback: (_, message) => void own.push(message.json<number>()),
      });
      await peer.flush();
      return peer;
    }),
  );
  const client = bench.client();
  await client.connect();
  for (const n of numbers.slice(0, -1)) await client.publish('foreign.shared', n);
  await client.publish('foreign.shared', 299, { confirm: 'flush' });
  await Promise.all(peers.map((peer) => peer.flush()));
  expect(received.flat().toSorted((a, b) => a - b)).toEqual(numbers);
});
