import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BatchFailure, type JetStreamBatchContext, Terminate } from 'nestjs-nats';
import { gate } from '../support/gate.js';
import { ascending, oneTo } from '../support/pull-stage.js';
import { StreamBench } from '../support/stream-bench.js';
import { waitFor } from '../support/wait-for.js';

const bench = new StreamBench();
beforeAll(() => bench.start());
beforeEach(() => bench.open());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const RETRY = { attempts: 3, initialMs: 20, factor: 1, jitter: 0 };

/** Collects the batches that a handler gets. */
function batches(): { calls: number[][]; contexts: JetStreamBatchContext[]; items: () => number } {
  const calls: number[][] = [];
  return { calls, contexts: [], items: () => calls.flat().length };
}

describe('a handler of batches', () => {
  it('S3: takes a thousand messages in a few tens of calls', async () => {
    await bench.publish('x', oneTo(1_000));
    const { calls, items } = batches();
    await bench.consumeBatches((data) => void calls.push(data), {
      durable: 'saver',
      batch: { size: 50 },
    });
    await bench.settled('saver');
    expect(items()).toBe(1_000);
    expect(ascending(calls.flat())).toEqual(oneTo(1_000));
    expect(calls.length).toBeLessThanOrEqual(60);
    expect(Math.max(...calls.map(({ length }) => length))).toBe(50);
  });

  it('gets fewer when no more come within the time', async () => {
    const { calls, items } = batches();
    await bench.consumeBatches((data) => void calls.push(data), {
      durable: 'saver',
      batch: { size: 50, maxWaitMs: 50 },
    });
    await bench.publish('x', [1, 2, 3]);
    await waitFor(() => items() === 3, { what: 'three messages' });
    await bench.settled('saver');
    expect(calls.flat()).toEqual([1, 2, 3]);
  });

  it('knows each of them by the context, in the order of the payloads', async () => {
    await bench.publish('x', [10]);
    await bench.publish('y', [20]);
    const { calls, contexts } = batches();
    await bench.consumeBatches(
      (data, context) => {
        calls.push(data);
        contexts.push(context);
      },
      { durable: 'saver', batch: { size: 2, maxWaitMs: 5_000 } },
    );
    await bench.settled('saver');
    const [context] = contexts;
    expect(calls).toEqual([[10, 20]]);
    expect(context).toMatchObject({ stream: bench.stream, consumer: 'saver' });
    expect(context!.messages.map(({ subject, sequence }) => [subject, sequence])).toEqual([
      [`${bench.stream}.x`, 1],
      [`${bench.stream}.y`, 2],
    ]);
  });

  it.each([1, 2])('of concurrency %i works on no more batches at a time', async (concurrency) => {
    await bench.publish('x', oneTo(40));
    const blocked = gate();
    let now = 0;
    let most = 0;
    const { calls } = batches();
    await bench.consumeBatches(
      async (data) => {
        most = Math.max(most, ++now);
        calls.push(data);
        await blocked.wait();
        now--;
      },
      { durable: 'saver', concurrency, batch: { size: 5, maxWaitMs: 10 } },
    );
    await waitFor(() => calls.length === concurrency, { what: 'the first batches' });
    const held = await bench.jsm.consumers.info(bench.stream, 'saver');
    expect(held.num_ack_pending).toBeLessThanOrEqual(5 * concurrency);
    blocked.open();
    await bench.settled('saver');
    expect(most).toBe(concurrency);
    expect(ascending(calls.flat())).toEqual(oneTo(40));
  });
});

describe('messages of a batch', () => {
  it('come again if the handler names them, and only they', async () => {
    await bench.publish('x', oneTo(6));
    const { calls } = batches();
    await bench.consumeBatches(
      (data, { messages }) => {
        calls.push(data);
        const failed = data.flatMap((n, index) =>
          n % 3 === 0 && messages[index]!.attempt === 1 ? [{ index, error: new Error('no') }] : [],
        );
        if (failed.length > 0) throw new BatchFailure(failed);
      },
      { durable: 'saver', retry: RETRY, batch: { size: 6, maxWaitMs: 200 } },
    );
    await waitFor(() => calls.flat().length >= 8, { what: 'the failed ones' });
    await bench.settled('saver');
    expect(calls[0]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(ascending(calls.slice(1).flat())).toEqual([3, 6]);
  });

  it('are each given up for themselves', async () => {
    await bench.publish('x', oneTo(4));
    const { calls } = batches();
    await bench.consumeBatches(
      (data) => {
        calls.push(data);
        const index = data.indexOf(2);
        if (index !== -1) throw new BatchFailure([{ index, error: new Terminate('never') }]);
      },
      { durable: 'saver', retry: RETRY, batch: { size: 4, maxWaitMs: 5_000 } },
    );
    await bench.settled('saver');
    expect(calls).toEqual([[1, 2, 3, 4]]);
    expect(await bench.deadLetters()).toEqual({ [`dead.${bench.stream}.saver`]: 1 });
  });

  it('come all again when the handler fails as a whole, and end as dead letters', async () => {
    await bench.publish('x', oneTo(3));
    const { calls } = batches();
    await bench.consumeBatches(
      (data) => {
        calls.push(data);
        throw new Error('the database is gone');
      },
      { durable: 'saver', retry: RETRY, batch: { size: 3, maxWaitMs: 50 } },
    );
    await waitFor(async () => Object.values(await bench.deadLetters())[0] === 3, {
      what: 'three dead letters',
    });
    await bench.settled('saver');
    for (const n of [1, 2, 3]) expect(calls.flat().filter((one) => one === n)).toHaveLength(3);
  });

  it('are not spoiled by one that cannot be decoded', async () => {
    await bench.publish('x', [1]);
    await bench.peer.request(`${bench.stream}.x`, '{"torn":');
    await bench.publish('x', [3]);
    const { calls, contexts } = batches();
    await bench.consumeBatches(
      (data, context) => {
        calls.push(data);
        contexts.push(context);
      },
      { durable: 'saver', retry: RETRY, batch: { size: 3, maxWaitMs: 5_000 } },
    );
    await bench.settled('saver');
    expect(calls).toEqual([[1, 3]]);
    expect(contexts[0]!.messages.map(({ sequence }) => sequence)).toEqual([1, 3]);
    expect(await bench.deadLetters()).toEqual({ [`dead.${bench.stream}.saver`]: 1 });
  });

  it('that wait for more are given back at the end of the application', async () => {
    const { calls } = batches();
    const options = { durable: 'saver', ackWaitMs: 60_000 };
    const first = await bench.consumeBatches(() => void calls.push([]), {
      ...options,
      batch: { size: 10, maxWaitMs: 60_000 },
    });
    await bench.publish('x', [1, 2]);
    await waitFor(
      async () => (await bench.jsm.consumers.info(bench.stream, 'saver')).num_ack_pending === 2,
      { what: 'the messages to wait' },
    );
    await first.close();
    expect(calls).toEqual([]);
    await bench.consumeBatches((data) => void calls.push(data), {
      ...options,
      batch: { size: 2 },
    });
    await waitFor(() => calls.flat().length === 2, { timeoutMs: 5_000, what: 'the messages' });
    expect(ascending(calls.flat())).toEqual([1, 2]);
  });
});
