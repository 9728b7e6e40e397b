import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeliverFrom } from 'nestjs-nats';
import { ascending, oneTo } from '../support/pull-stage.js';
import { rejection } from '../support/rejection.js';
import { describeOnVersions } from '../support/server-versions.js';
import { StreamBench } from '../support/stream-bench.js';
import { waitFor } from '../support/wait-for.js';

const RETRY = { attempts: 3, initialMs: 20, factor: 1, jitter: 0 };

const bench = new StreamBench();
beforeAll(() => bench.start());
beforeEach(() => bench.open());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const received = (got: readonly unknown[], count: number): Promise<void> =>
  waitFor(() => got.length >= count, { what: () => `${count} messages; ${got.join(', ')} came` });

describe("mode 'broadcast'", () => {
  it('gives every process every message from its start on', async () => {
    await bench.publish('x', [0]);
    const got: number[][] = [[], []];
    for (const mine of got)
      await bench.consume<number>((n) => void mine.push(n), { mode: 'broadcast' });
    await bench.publish('x', oneTo(50));
    for (const mine of got) {
      await received(mine, 50);
      expect(ascending(mine)).toEqual(oneTo(50));
    }
  });

  it('tries a failed message again, in the process where it failed', async () => {
    const failing: number[] = [];
    const working: number[] = [];
    await bench.consume<number>(
      (_, { attempt }) => {
        failing.push(attempt);
        if (attempt < 3) throw new Error('not yet');
      },
      { mode: 'broadcast', retry: RETRY },
    );
    await bench.consume<number>((n) => void working.push(n), { mode: 'broadcast' });
    await bench.publish('x', [7]);
    await received(failing, 3);
    expect(failing).toEqual([1, 2, 3]);
    expect(working).toEqual([7]);
  });

  it('misses nothing when its consumer is deleted and messages come meanwhile', async () => {
    const got: number[] = [];
    const { info } = await bench.consume<number>((n) => void got.push(n), { mode: 'broadcast' });
    await bench.publish('x', oneTo(10));
    await received(got, 10);
    await bench.jsm.consumers.delete(bench.stream, info.consumers[0]!.consumer);
    await bench.publish(
      'x',
      oneTo(10).map((n) => n + 10),
    );
    await received(got, 20);
    expect(ascending(got)).toEqual(oneTo(20));
  });

  it('misses nothing when that happens before the first message has come', async () => {
    await bench.publish('x', [0]);
    const got: number[] = [];
    const { info } = await bench.consume<number>((n) => void got.push(n), { mode: 'broadcast' });
    await bench.jsm.consumers.delete(bench.stream, info.consumers[0]!.consumer);
    await bench.publish('x', oneTo(5));
    await received(got, 5);
    expect(ascending(got)).toEqual(oneTo(5));
  });

  it('misses nothing when that happens while a message waits for its next attempt', async () => {
    const handled: number[] = [];
    const failed: number[] = [];
    const { info } = await bench.consume<number>(
      (n) => {
        if (n !== 1 || failed.length > 0) handled.push(n);
        else {
          failed.push(n);
          throw new Error('not yet');
        }
      },
      { mode: 'broadcast', retry: { ...RETRY, initialMs: 1_000 } },
    );
    await bench.publish('x', [1, 2]);
    await received(handled, 1);
    await received(failed, 1);
    await bench.jsm.consumers.delete(bench.stream, info.consumers[0]!.consumer);
    await bench.publish('x', [3]);
    await waitFor(() => [1, 2, 3].every((n) => handled.includes(n)), {
      timeoutMs: 5_000,
      what: () => `each to be handled; ${handled.join(', ')} are`,
    });
  });

  it('does not hear all of it again when that happens over and over', async () => {
    const got: number[] = [];
    const { info } = await bench.consume<number>((n) => void got.push(n), { mode: 'broadcast' });
    for (let round = 0; round < 3; round++) {
      await bench.publish(
        'x',
        oneTo(10).map((n) => round * 10 + n),
      );
      await received(got, (round + 1) * 10);
      await bench.jsm.consumers.delete(bench.stream, info.consumers[0]!.consumer);
    }
    await bench.publish('x', [31]);
    await waitFor(() => got.includes(31), { what: 'the last message' });
    expect(ascending(got)).toEqual(oneTo(31));
  });

  it('leaves no consumer behind', async () => {
    const consumer = await bench.consume(() => undefined, { mode: 'broadcast' });
    await consumer.close();
    expect(await bench.jsm.consumers.list(bench.stream).next()).toEqual([]);
  });
});

describe("mode 'ordered'", () => {
  it('gives every process all messages in order, one at a time', async () => {
    await bench.publish('x', oneTo(200));
    let now = 0;
    let most = 0;
    const got: number[][] = [[], []];
    for (const mine of got) {
      await bench.consume<number>(
        async (n) => {
          most = Math.max(most, ++now);
          await sleep(n % 3);
          mine.push(n);
          now--;
        },
        { mode: 'ordered', deliver: 'all' },
      );
      await received(mine, 200);
    }
    expect(got).toEqual([oneTo(200), oneTo(200)]);
    expect(most).toBe(1);
  });

  it('goes on behind a failure, which comes not again', async () => {
    const got: number[] = [];
    await bench.consume<number>(
      (n) => {
        got.push(n);
        if (n === 2) throw new Error('no');
      },
      { mode: 'ordered' },
    );
    await bench.publish('x', oneTo(5));
    await received(got, 5);
    expect(got).toEqual(oneTo(5));
  });

  it('is whole and in order when its consumer is deleted again and again', async () => {
    const got: number[] = [];
    const handler = async (n: number): Promise<void> => {
      await sleep(1);
      got.push(n);
    };
    await bench.consume<number>(handler, { mode: 'ordered', deliver: 'all' });
    for (let round = 0; round < 4; round++) {
      const numbers = oneTo(100).map((n) => round * 100 + n);
      for (const n of numbers) await bench.publish('x', [n]);
      await received(got, round * 100 + 20);
      // there may be two for a moment, when one that has missed a message is replaced
      for await (const { name } of bench.jsm.consumers.list(bench.stream)) {
        await bench.jsm.consumers.delete(bench.stream, name).catch(() => undefined);
      }
    }
    await received(got, 400);
    expect(got).toEqual(oneTo(400));
  });
});

describe('deliver', () => {
  /** What a durable made now gets, of messages 1 to 4 on a, b, a, b, and 5 afterwards. */
  async function deliveredFrom(choose: (middle: Date) => DeliverFrom | undefined) {
    await bench.publish('a', [1]);
    await bench.publish('b', [2]);
    const info = await bench.jsm.streams.info(bench.stream);
    // the server's own clock, in milliseconds that have passed
    const middle = new Date(new Date(info.state.last_ts).getTime() + 1);
    await waitFor(() => Date.now() > middle.getTime() + 1, { what: 'another millisecond' });
    await bench.publish('a', [3]);
    await bench.publish('b', [4]);
    const got: number[] = [];
    const deliver = choose(middle);
    await bench.consume<number>((n) => void got.push(n), {
      durable: 'd',
      concurrency: 1,
      ...(deliver && { deliver }),
    });
    await bench.publish('c', [5]);
    await waitFor(() => got.includes(5), { what: 'the last message' });
    await bench.settled('d');
    return got;
  }

  it.each<[string, (middle: Date) => DeliverFrom | undefined, number[]]>([
    ['nothing', () => undefined, [1, 2, 3, 4, 5]],
    ["'all'", () => 'all', [1, 2, 3, 4, 5]],
    ["'new'", () => 'new', [5]],
    ["'last'", () => 'last', [4, 5]],
    ["'lastPerSubject'", () => 'lastPerSubject', [3, 4, 5]],
    ['{ sequence }', () => ({ sequence: 2 }), [2, 3, 4, 5]],
    ['{ since }', (middle) => ({ since: middle }), [3, 4, 5]],
  ])('%s begins where it says', async (_, choose, expected) => {
    expect(await deliveredFrom(choose)).toEqual(expected);
  });

  it('matters to a new consumer only', async () => {
    const got: number[] = [];
    const listen = () =>
      bench.consume<number>((n) => void got.push(n), { durable: 'd', deliver: 'new' });
    const first = await listen();
    await first.close();
    await bench.publish('x', [1, 2]);
    await listen();
    await received(got, 2);
    expect(ascending(got)).toEqual([1, 2]);
  });
});

describe("ack: 'confirmed'", () => {
  it('handles and acknowledges each message once', async () => {
    await bench.publish('x', oneTo(100));
    const got: number[] = [];
    await bench.consume<number>((n) => void got.push(n), { durable: 'sure', ack: 'confirmed' });
    await received(got, 100);
    await bench.settled('sure');
    expect(ascending(got)).toEqual(oneTo(100));
  });

  it('asks the server for its word on each', async () => {
    const asked: (string | undefined)[] = [];
    bench.peer.subscribe(`$JS.ACK.${bench.stream}.>`, {
      callback: (_, { subject, reply }) => {
        // what asks whether it may acknowledge is about no message
        if (!subject.endsWith('.0.0.0.0.0')) asked.push(reply);
      },
    });
    await bench.peer.flush();
    await bench.publish('x', oneTo(3));
    await bench.consume(() => undefined, { durable: 'sure', ack: 'confirmed' });
    await received(asked, 3);
    expect(asked.every((reply) => reply !== undefined && reply !== '')).toBe(true);
  });
});

describeOnVersions('singleActive', (wanted, age) => {
  const own = new StreamBench(wanted);
  beforeAll(() => own.start());
  beforeEach(() => own.open());
  afterEach(() => own.clear());
  afterAll(() => own.stop());

  const options = { durable: 'one', singleActive: true, ackWaitMs: 1_000 };

  if (age === 'oldest') {
    it('is refused at the start', async () => {
      const error = await rejection(own.consume(() => undefined, options));
      expect(error).toMatchObject({ code: 'SERVER_TOO_OLD' });
    });
    return;
  }

  it('lets one process work, and another take over when it leaves', async () => {
    const got: { by: string; n: number }[] = [];
    const replica = (by: string) => own.consume<number>((n) => void got.push({ by, n }), options);
    const replicas = { first: await replica('first'), second: await replica('second') };
    await own.publish('x', oneTo(30));
    await own.settled('one');
    const active = got[0]!.by as keyof typeof replicas;
    expect(got.map(({ by }) => by)).toEqual(Array(30).fill(active));
    await replicas[active].close();
    await own.publish(
      'x',
      oneTo(30).map((n) => n + 30),
    );
    await own.settled('one');
    expect(new Set(got.slice(30).map(({ by }) => by)).size).toBe(1);
    expect(got[30]!.by).not.toBe(active);
    expect(ascending(got.map(({ n }) => n))).toEqual(oneTo(60));
  });

  it('keeps its place while a handler takes longer than the ack wait', async () => {
    const got: { by: string; n: number }[] = [];
    const replica = (by: string) =>
      own.consume<number>(
        async (n) => {
          got.push({ by, n });
          await sleep(n === 1 ? 2_500 : 0);
        },
        { ...options, concurrency: 1 },
      );
    await replica('first');
    await own.publish('x', [1]);
    await waitFor(() => got.length === 1, { what: 'the first message' });
    await replica('second');
    await own.publish('x', [2, 3]);
    await own.settled('one');
    expect(got.map(({ by, n }) => [by, n])).toEqual([
      ['first', 1],
      ['first', 2],
      ['first', 3],
    ]);
  });

  it('keeps its place until the handler under way has ended, when it is removed', async () => {
    const got: string[] = [];
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const replica = (by: string) =>
      own.consume<number>(
        async (n) => {
          got.push(`${by} begins ${n}`);
          if (n === 1) await released;
          got.push(`${by} ends ${n}`);
        },
        { ...options, concurrency: 1 },
      );
    const first = await replica('first');
    await own.publish('x', [1]);
    await waitFor(() => got.length === 1, { what: 'the first message' });
    await replica('second');
    await own.publish('x', [2]);
    await first.registration.remove();
    // the other one would have had it by now
    await sleep(700);
    expect(got).toEqual(['first begins 1']);
    release();
    await own.settled('one');
    expect(got).toEqual(['first begins 1', 'first ends 1', 'second begins 2', 'second ends 2']);
  });
});
