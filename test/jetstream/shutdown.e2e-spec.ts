import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { gate } from '../support/gate.js';
import { ascending, oneTo } from '../support/pull-stage.js';
import { StreamBench } from '../support/stream-bench.js';
import { waitFor } from '../support/wait-for.js';

const ACK_WAIT_MS = 60_000;

const bench = new StreamBench();
beforeAll(() => bench.start());
beforeEach(() => bench.open());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

describe('F14, F8: close() under load', () => {
  it('lets handlers finish, has them acknowledged, and gives back what has not begun', async () => {
    await bench.publish('x', oneTo(300));
    const begun: { by: string; n: number }[] = [];
    const ended: number[] = [];
    const replica = (by: string) =>
      bench.consume<number>(
        async (n) => {
          begun.push({ by, n });
          await sleep(100);
          ended.push(n);
        },
        { durable: 'work', concurrency: 16, ackWaitMs: ACK_WAIT_MS },
      );
    const first = await replica('first');
    await replica('second');
    await waitFor(() => begun.filter(({ by }) => by === 'first').length > 40, {
      what: 'the first replica to be at work',
    });
    await first.close();
    const ofFirst = begun.filter(({ by }) => by === 'first').length;
    // what a handler has begun, it has ended
    for (const { n } of begun.filter(({ by }) => by === 'first')) expect(ended).toContain(n);
    // far sooner than the server would take anything back
    await bench.settled('work', 20_000);
    expect(begun.filter(({ by }) => by === 'first')).toHaveLength(ofFirst);
    expect(ascending(ended)).toEqual(oneTo(300));
  });

  it('again and again loses nothing and handles nothing twice', async () => {
    const begun: number[] = [];
    const replica = () =>
      bench.consume<number>(
        async (n) => {
          begun.push(n);
          await sleep(20);
        },
        { durable: 'work', concurrency: 8, ackWaitMs: ACK_WAIT_MS },
      );
    await replica();
    for (let round = 0; round < 8; round++) {
      const leaving = await replica();
      const before = begun.length;
      await bench.publish(
        'x',
        oneTo(40).map((n) => round * 40 + n),
      );
      await waitFor(() => begun.length >= before + 10, { what: 'work' });
      await leaving.close();
    }
    await bench.settled('work');
    expect(ascending(begun)).toEqual(oneTo(320));
  });

  it('gives back at once what a sole replica holds, for one that comes later', async () => {
    await bench.publish('x', oneTo(20));
    const begun: number[] = [];
    const closing = gate();
    const first = await bench.consume<number>(
      async (n) => {
        begun.push(n);
        await closing.wait();
      },
      { durable: 'work', concurrency: 4, ackWaitMs: ACK_WAIT_MS },
    );
    await waitFor(() => begun.length === 4, { what: 'four handlers' });
    const closed = first.close();
    closing.open();
    await closed;
    await bench.says('work', { num_ack_pending: 0, num_pending: 16 });
    expect(ascending(begun)).toEqual(oneTo(4));
  });
});

describe('a handler that outlasts the time of close()', () => {
  it('is told by its signal, and its message comes again', async () => {
    await bench.publish('x', [1]);
    let hasBegun = false;
    let reason: unknown;
    const stuck = await bench.consume(
      async (_, { signal }) => {
        hasBegun = true;
        await once(signal, 'abort');
        reason = signal.reason;
        throw new Error('cut short');
      },
      { durable: 'work', ackWaitMs: 1_000, strategy: { shutdownTimeoutMs: 300 } },
    );
    await waitFor(() => hasBegun, { what: 'the handler' });
    await stuck.close();
    expect(reason).toMatchObject({ code: 'CLOSED' });
    const again: number[] = [];
    await bench.consume<number>((n) => void again.push(n), { durable: 'work', ackWaitMs: 1_000 });
    await waitFor(() => again.length === 1, { what: 'the message' });
    expect(again).toEqual([1]);
  });

  it('and its signal: the message comes again when the ack wait is over', async () => {
    await bench.publish('x', [1]);
    const never = gate();
    const stuck = await bench.consume(() => never.wait(), {
      durable: 'work',
      ackWaitMs: 1_000,
      strategy: { shutdownTimeoutMs: 100 },
    });
    await waitFor(never.reached, { what: 'the handler' });
    await stuck.close();
    const again: { n: number; redelivered: boolean }[] = [];
    await bench.consume<number>((n, { redelivered }) => void again.push({ n, redelivered }), {
      durable: 'work',
      ackWaitMs: 1_000,
    });
    await waitFor(() => again.length === 1, { timeoutMs: 5_000, what: 'the message' });
    expect(again).toEqual([{ n: 1, redelivered: true }]);
    never.open();
    await bench.settled('work');
  });
});
