import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { NatsBench } from '../support/nats-bench.js';
import { ascending, oneTo, PullStage } from '../support/pull-stage.js';
import { waitFor } from '../support/wait-for.js';

const bench = new NatsBench({ jetstream: true });
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

it.each([1, 2, 7, 64])(
  'with %i slots and handlers that are done at once, everything comes once and in order',
  async (concurrency) => {
    const stage = await PullStage.open(bench);
    await stage.publish(2_000);
    const one = await stage.puller({ concurrency });
    await one.until(2_000);
    expect(one.handled).toEqual(oneTo(2_000));
    expect(one).toMatchObject({ mostAtOnce: 1, refused: [], events: [{ type: 'ready' }] });
  },
);

it.each([1, 3, 16, 100])(
  'F13: never asks for more than %i slots hold, whatever time handlers take',
  async (concurrency) => {
    const stage = await PullStage.open(bench);
    await stage.publish(1_500);
    const asked = await stage.requests();
    const one = await stage.puller({
      concurrency,
      handle: (_, { streamSequence }) => {
        const kind = streamSequence % 4;
        // at once, in this turn, in the next, or in some time
        if (kind === 0) return undefined;
        if (kind === 1) return Promise.resolve();
        return kind === 2 ? new Promise(setImmediate) : sleep(Math.random() * 8);
      },
    });
    await one.until(1_500, 20_000);
    // more had been waiting all the time: one message too many would have come and been refused
    expect(one.refused).toEqual([]);
    expect(one.mostAtOnce).toBeLessThanOrEqual(concurrency);
    expect(ascending(one.handled)).toEqual(oneTo(1_500));
    expect(Math.max(...asked)).toBeLessThanOrEqual(concurrency);
    // one for each message only when there is one slot
    expect(asked.length).toBeLessThan(concurrency === 1 ? 1_600 : 1_500);
  },
);

it('what is free is used while other handlers take long', async () => {
  const stage = await PullStage.open(bench);
  await stage.publish(300);
  const long = new AbortController();
  const one = await stage.puller({
    concurrency: 10,
    handle: (_, { streamSequence }) =>
      streamSequence <= 9
        ? new Promise((resolve) => long.signal.addEventListener('abort', () => resolve()))
        : undefined,
  });
  await one.until(291);
  expect(one).toMatchObject({ running: 9, mostAtOnce: 10, refused: [] });
  long.abort();
  await one.until(300);
});

it('F13: a second process gets its share of what waits within the time of one handler', async () => {
  const stage = await PullStage.open(bench);
  await stage.publish(100);
  const options = { concurrency: 1, handle: () => sleep(150) };
  const first = await stage.puller(options);
  await first.until(1);
  const second = await stage.puller(options);
  const start = performance.now();
  await second.until(1);
  expect(performance.now() - start).toBeLessThan(1_000);
  await Promise.all([first.until(8), second.until(6)]);
  // only what is on its way to one that stops is refused
  expect([...first.refused, ...second.refused]).toEqual([]);
  await Promise.all([first.loop.stop(), second.loop.stop()]);
  const both = [...first.handled, ...second.handled];
  expect(new Set(both).size).toBe(both.length);
  // in turns, nothing was taken by one and left lying
  const given = [...both, ...first.refused, ...second.refused];
  expect(ascending(given)).toEqual(oneTo(given.length));
});

it('keeps to the limits that the consumer sets', async () => {
  const stage = await PullStage.open(bench);
  await stage.publish(500);
  const asked = await stage.requests();
  const config = { max_batch: 3, max_expires: 1_000_000_000 };
  const one = await stage.puller({ concurrency: 50, config });
  await one.until(500);
  expect(one.handled).toEqual(oneTo(500));
  const before = asked.length;
  await waitFor(() => asked.length > before, { what: 'requests that end to be made again' });
  expect(asked.at(-1)).toBe(3);
  await stage.publish(100);
  await one.until(600);
  expect(one.events.map(({ type }) => type)).toEqual(['ready']);
});
