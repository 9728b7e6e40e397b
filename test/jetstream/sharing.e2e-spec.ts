import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { ascending, oneTo } from '../support/pull-stage.js';
import { StreamBench } from '../support/stream-bench.js';
import { waitFor } from '../support/wait-for.js';

const HANDLER_MS = 150;
const MESSAGES = 100;

const bench = new StreamBench();
beforeAll(() => bench.start());
beforeEach(() => bench.open());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

describe('F13: replicas that take long', () => {
  it('hold no more than they work on, so that one that comes gets its share at once', async () => {
    await bench.publish('x', oneTo(MESSAGES));
    const handled: { by: string; n: number; redelivered: boolean; at: number }[] = [];
    const replica = (by: string) =>
      bench.consume<number>(
        async (n, { redelivered }) => {
          handled.push({ by, n, redelivered, at: performance.now() });
          await sleep(HANDLER_MS);
        },
        { durable: 'slow', concurrency: 1 },
      );
    await replica('first');
    await waitFor(() => handled.length >= 3, { what: 'the first replica to be at work' });
    const { num_ack_pending } = await bench.jsm.consumers.info(bench.stream, 'slow');
    expect(num_ack_pending).toBeLessThanOrEqual(1);
    await replica('second');
    const listening = performance.now();
    await waitFor(() => handled.some(({ by }) => by === 'second'), { what: 'the second replica' });
    // it asks before it says that it listens: its first message need not wait for anybody's handler
    const first = handled.find(({ by }) => by === 'second')!;
    expect(first.at - listening).toBeLessThan(HANDLER_MS);
    await bench.settled('slow', 30_000);

    expect(ascending(handled.map(({ n }) => n))).toEqual(oneTo(MESSAGES));
    expect(handled.filter(({ redelivered }) => redelivered)).toEqual([]);
    const share = handled.filter(({ by }) => by === 'second').length;
    expect(share).toBeGreaterThan(MESSAGES / 3);
  }, 40_000);
});
