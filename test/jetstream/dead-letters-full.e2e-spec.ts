import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { JetStreamContext, NatsConsumeOptions } from 'nestjs-nats';
import { StreamBench } from '../support/stream-bench.js';
import { waitFor } from '../support/wait-for.js';

const bench = new StreamBench();
beforeAll(() => bench.start());
beforeEach(() => bench.open());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** What the handler of a durable has seen, and what of it went well. */
interface Seen {
  readonly durable: string;
  readonly concurrency: number;
  readonly calls: number[];
  readonly good: number[];
  readonly attempts: number[];
}

const seenBy = (durable: string, concurrency: number): Seen => ({
  durable,
  concurrency,
  calls: [],
  good: [],
  attempts: [],
});

it('dead letters that cannot be stored leave half of the places, and are told of', async () => {
  const { app, strategy } = await bench.nats.create([], { shutdownTimeoutMs: 0 });
  const handlers = [seenBy('four', 4), seenBy('one', 1)];
  for (const { durable, concurrency, calls, good, attempts } of handlers) {
    const options: NatsConsumeOptions = {
      stream: bench.stream,
      durable,
      concurrency,
      retry: { attempts: 1 },
    };
    await strategy.registerSubscriber<number>(
      `${bench.stream}.>`,
      (n, { attempt }: JetStreamContext) => {
        calls.push(n);
        attempts.push(attempt);
        if (n < 4) throw new Error('never works');
        good.push(n);
      },
      options,
    );
  }
  await app.listen();
  await bench.jsm.streams.update('DEAD_LETTERS', { max_msgs: 1 });
  await bench.peer.request('dead.other', 'full');
  expect(strategy.readiness()).toEqual({ ready: true, reasons: [] });

  await bench.publish('x', [0, 1, 2, 3]);
  await waitFor(() => handlers.every(({ calls }) => calls.length === 4), { what: 'failures' });
  await bench.publish('x', [4, 5, 6, 7]);
  for (const { durable, good } of handlers)
    await waitFor(() => good.length === 4, {
      what: () => `4 good ones of ${durable}: ${good.join()}`,
    });

  const { ready, reasons } = strategy.readiness();
  expect(ready).toBe(false);
  expect(reasons.toSorted()).toEqual(
    handlers.map(({ durable }) =>
      expect.stringMatching(
        `^The strategy cannot store dead letters in the stream "DEAD_LETTERS": .*dead.${bench.stream}.${durable}.*maximum messages`,
      ),
    ),
  );
  // two of four places are held, and that of one is not
  await waitFor(() => strategy.counters.underWay === 2, { what: 'places to be free' });
  for (const { durable } of handlers) {
    const { num_ack_pending } = await bench.jsm.consumers.info(bench.stream, durable);
    // nothing is settled that is not stored
    expect(num_ack_pending).toBe(4);
  }

  await bench.jsm.streams.update('DEAD_LETTERS', { max_msgs: -1 });
  await Promise.all(handlers.map(({ durable }) => bench.settled(durable, 50_000)));
  expect(await bench.deadLetters()).toEqual(
    Object.fromEntries(handlers.map(({ durable }) => [`dead.${bench.stream}.${durable}`, 4])),
  );
  expect(strategy.readiness()).toEqual({ ready: true, reasons: [] });
  // the handler is called again for what was put off, for the same attempt
  for (const { attempts } of handlers) expect(new Set(attempts)).toEqual(new Set([1]));
  expect(handlers.map(({ calls }) => calls.length)).toEqual([10, 12]);
}, 90_000);
