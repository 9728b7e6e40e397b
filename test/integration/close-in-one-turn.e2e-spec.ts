import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { onlyConnected } from '../support/monitoring.js';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

async function listener(): Promise<string[]> {
  const peer = await bench.peer({ name: 'listener' });
  const received: string[] = [];
  peer.subscribe('turn.event', { callback: (_, message) => void received.push(message.string()) });
  await peer.flush();
  return received;
}

it('F7: publish() and close() in one turn: all is sent, in order, and the connection left', async () => {
  const received = await listener();
  const client = bench.client();
  await client.connect();
  const sent = Array.from({ length: 100 }, (_, n) => client.publish('turn.event', n));
  await Promise.all([...sent, client.close()]);
  await waitFor(() => received.length === 100, {
    what: () => `100 events, got ${received.length}`,
  });
  expect(received).toEqual(sent.map((_, n) => `${n}`));
  await onlyConnected(bench.server, ['listener']);
});
