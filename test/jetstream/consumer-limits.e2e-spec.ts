import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { StreamBench } from '../support/stream-bench.js';
import { waitFor } from '../support/wait-for.js';

const bench = new StreamBench();
beforeAll(() => bench.start());
beforeEach(() => bench.open());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const SECOND = 1_000_000_000;

it.each([1, 2])(
  'no more requests wait than max_waiting allows, which is %i: the server forgets further ones in silence',
  async (max_waiting) => {
    const inboxes: string[] = [];
    bench.peer.subscribe(`$JS.API.CONSUMER.MSG.NEXT.${bench.stream}.work`, {
      callback: (_, { reply = '' }) => void inboxes.push(reply.slice(0, reply.lastIndexOf('.'))),
    });
    await bench.peer.flush();
    const got: number[] = [];
    const consumer = { max_waiting, max_batch: 3, max_expires: SECOND };
    await bench.consume<number>((n) => void got.push(n), {
      durable: 'work',
      concurrency: 64,
      consumer,
    });
    // the first asked for too much; those after it have expired once
    await waitFor(() => inboxes.length > 2 * max_waiting, { what: 'requests' });
    expect(new Set(inboxes).size).toBe(max_waiting);
    await bench.publish('x', [1, 2, 3, 4, 5, 6, 7]);
    await bench.settled('work');
    expect(got).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(new Set(inboxes).size).toBe(max_waiting);
  },
);
