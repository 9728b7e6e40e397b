import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConsumeOptions, NatsStrategy } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

const bench = new NatsBench({ jetstream: true });
let jsm: JetStreamManager;
let publish: (from: number, to: number) => Promise<void>;

beforeAll(() => bench.start());
beforeEach(async () => {
  const peer = await bench.peer();
  jsm = await jetstreamManager(peer);
  await jsm.streams.add({ name: 'NUMBERS', subjects: ['numbers'] });
  const js = jetstream(peer);
  publish = async (from, to) => {
    for (let n = from; n <= to; n++) await js.publish('numbers', `${n}`);
  };
});
afterEach(async () => {
  await bench.clear();
  const peer = await bench.peer();
  const manager = await jetstreamManager(peer);
  await manager.streams.delete('NUMBERS');
  await bench.clear();
});
afterAll(() => bench.stop());

const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** Starts a process' worth of a strategy that notes what it gets. */
async function reader(options: Omit<NatsConsumeOptions, 'stream'>): Promise<{
  seen: number[];
  strategy: NatsStrategy;
  until: (count: number) => Promise<void>;
}> {
  const seen: number[] = [];
  const { app, strategy } = await bench.create([]);
  const consume: NatsConsumeOptions = { stream: 'NUMBERS', ...options };
  await strategy.registerSubscriber<number>('numbers', (n) => void seen.push(n), consume);
  await app.listen();
  const until = (count: number): Promise<void> =>
    waitFor(() => seen.length >= count, {
      what: () => `${count} numbers; there are ${seen.length}`,
    });
  return { seen, strategy, until };
}

const consumers = async (): Promise<string[]> => {
  const names: string[] = [];
  for await (const { name } of jsm.consumers.list('NUMBERS')) names.push(name);
  return names;
};

describe("mode: 'broadcast'", () => {
  it('gives every process every message from its start on', async () => {
    await publish(1, 5);
    const one = await reader({ mode: 'broadcast' });
    const two = await reader({ mode: 'broadcast' });
    await publish(6, 25);
    await Promise.all([one.until(20), two.until(20)]);
    expect(one.seen.toSorted((a, b) => a - b)).toEqual(numbers(6, 25));
    expect(two.seen.toSorted((a, b) => a - b)).toEqual(numbers(6, 25));
  });

  it('goes on behind the last message when its consumer is gone', async () => {
    const one = await reader({ mode: 'broadcast' });
    await publish(1, 10);
    await one.until(10);
    const [name] = await consumers();
    await jsm.consumers.delete('NUMBERS', name!);
    await publish(11, 20);
    await one.until(20);
    expect(one.seen.toSorted((a, b) => a - b)).toEqual(numbers(1, 20));
  });

  it('leaves no consumer behind', async () => {
    const one = await reader({ mode: 'broadcast' });
    expect(await consumers()).toHaveLength(1);
    await one.strategy.close();
    expect(await consumers()).toEqual([]);
  });
});

describe("mode: 'ordered'", () => {
  it('gives what there is, in order', async () => {
    await publish(1, 300);
    const one = await reader({ mode: 'ordered', deliver: 'all' });
    await one.until(300);
    await publish(301, 310);
    await one.until(310);
    expect(one.seen).toEqual(numbers(1, 310));
  });

  it('goes on without loss, repetition or disorder when its consumer is gone, again and again', async () => {
    const one = await reader({ mode: 'ordered', deliver: 'all' });
    for (let round = 0; round < 3; round++) {
      const publishing = publish(round * 100 + 1, round * 100 + 100);
      await one.until(round * 100 + 20);
      for (const name of await consumers()) await jsm.consumers.delete('NUMBERS', name);
      await publishing;
      await one.until(round * 100 + 100);
    }
    expect(one.seen).toEqual(numbers(1, 300));
  });

  it('does not try again what its handler has failed at', async () => {
    const seen: number[] = [];
    const { app, strategy } = await bench.create([]);
    await strategy.registerSubscriber<number>(
      'numbers',
      (n) => {
        seen.push(n);
        throw new Error('no');
      },
      { stream: 'NUMBERS', mode: 'ordered', deliver: 'all' },
    );
    await publish(1, 3);
    await app.listen();
    await publish(4, 4);
    await waitFor(() => seen.length >= 4, { what: 'four calls' });
    expect(seen).toEqual([1, 2, 3, 4]);
  });
});

describe('batch', () => {
  it('S3: takes many in few calls, one at a time unless told otherwise', async () => {
    await publish(1, 1_000);
    const sizes: number[] = [];
    let running = 0;
    let most = 0;
    const { app, strategy } = await bench.create([]);
    await strategy.registerSubscriber<number>(
      'numbers',
      async (batch) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        sizes.push(batch.length);
        running--;
      },
      { stream: 'NUMBERS', durable: 'batches', batch: { size: 100, maxWaitMs: 50 } },
    );
    await app.listen();
    const total = (): number => sizes.reduce((sum, size) => sum + size, 0);
    await waitFor(() => total() >= 1_000, {
      what: () => `1000 in batches, got ${sizes.join(' ')}`,
    });
    expect(total()).toBe(1_000);
    expect(sizes.length).toBeLessThanOrEqual(40);
    expect(most).toBe(1);
    await waitFor(
      async () => (await jsm.consumers.info('NUMBERS', 'batches')).num_ack_pending === 0,
      { what: 'the acknowledgements' },
    );
  });
});
