import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HealthIndicatorService } from '@nestjs/terminus';
import { Durables, RetryLater } from 'nestjs-nats';
import { NatsHealthIndicator } from 'nestjs-nats/terminus';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

const bench = new NatsBench({ jetstream: true });
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

let number = 0;
let which: { stream: string; durable: string };
let subject: string;
beforeEach(() => {
  which = { stream: `JOBS${++number}`, durable: 'work' };
  subject = `jobs.${number}`;
});

const indicator = new NatsHealthIndicator(new HealthIndicatorService());

/** Starts a worker, and gives what looks at its durable. */
async function worker(handler: () => unknown): Promise<Durables> {
  const streams = [{ name: which.stream, subjects: [subject] }];
  const { app, strategy } = await bench.create([], { streams });
  await strategy.registerSubscriber(subject, handler, { ...which, concurrency: 1 });
  await app.listen();
  const durables = new Durables({ servers: bench.server.url });
  bench.own(() => durables.close());
  return durables;
}

async function publish(count: number): Promise<void> {
  const client = bench.client();
  const { stream } = which;
  for (let i = 0; i < count; i++) await client.publish(subject, i, { stream });
}

describe('NatsHealthIndicator.durable()', () => {
  it('is up when the durable keeps up', async () => {
    const durables = await worker(() => undefined);
    await publish(2);
    const limits = { maxPending: 0, maxUnacknowledged: 0, maxRedelivered: 0, maxStillMs: 60_000 };
    const done = async () => (await durables.state(which.stream, 'work')).settled === 2;
    await waitFor(done, { what: 'the messages to be settled' });
    expect(await indicator.durable('work', durables, { ...which, ...limits })).toEqual({
      work: { status: 'up', ...which, pending: 0, unacknowledged: 0, redelivered: 0 },
    });
  });

  it('is degraded, or down if that is wanted, when it is too far behind', async () => {
    let release = (): void => undefined;
    const stuck = new Promise<void>((resolve) => (release = resolve));
    const durables = await worker(() => stuck);
    await publish(4);
    const behind = async () => (await durables.state(which.stream, 'work')).pending === 3;
    await waitFor(behind, { what: 'a message to be taken' });
    const check = (options: object) =>
      indicator.durable('work', durables, { ...which, maxPending: 2, ...options });
    expect(await check({})).toMatchObject({
      work: { status: 'degraded', pending: 3, unacknowledged: 1, reasons: [expect.any(String)] },
    });
    expect(await check({ beyond: 'down' })).toMatchObject({ work: { status: 'down' } });
    // the one handler works on the first message, and nothing else moves
    const still = async () =>
      (await check({ maxPending: 3, maxStillMs: 100 })).work.status === 'degraded';
    await waitFor(still, { what: 'it to be seen that nothing moves' });
    release();
  });

  it('sees messages that fail again and again', async () => {
    const durables = await worker(() => {
      throw new RetryLater(50);
    });
    await publish(1);
    const seen = async () => {
      const { work } = await indicator.durable('work', durables, { ...which, maxRedelivered: 0 });
      return work.status === 'degraded';
    };
    await waitFor(seen, { what: 'a second delivery' });
  });

  it('is down when there is no such durable, and when nobody says', async () => {
    const durables = await worker(() => undefined);
    const other = { ...which, durable: 'other' };
    expect(await indicator.durable('other', durables, other)).toMatchObject({
      other: { status: 'down', ...other, reasons: [expect.stringContaining('"other"')] },
    });
    const lost = new Durables({ servers: 'nats://127.0.0.1:1' });
    expect(await indicator.durable('work', lost, which)).toMatchObject({
      work: { status: 'down' },
    });
  });

  it('is down in time when the server hangs', async () => {
    const durables = await worker(() => undefined);
    const check = () => indicator.durable('work', durables, { ...which, timeoutMs: 200 });
    await waitFor(async () => (await check()).work.status === 'up', { what: 'it to be up' });
    bench.server.pause();
    try {
      const start = performance.now();
      expect(await check()).toMatchObject({
        work: { status: 'down', reasons: [expect.stringContaining('200 ms')] },
      });
      expect(performance.now() - start).toBeLessThan(2_000);
    } finally {
      bench.server.resume();
    }
    await waitFor(async () => (await check()).work.status === 'up', { what: 'it to be up again' });
  });

  it('refuses options that nobody reads', async () => {
    const durables = await worker(() => undefined);
    const wrong = { ...which, maxPendign: 1, timeoutMs: 0 };
    await expect(indicator.durable('work', durables, wrong)).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      message: expect.stringMatching(/maxPendign: .*timeoutMs: /),
    });
    await expect(
      indicator.readiness('nats', bench.client(), { timeoutMs: NaN }),
    ).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
  });
});
