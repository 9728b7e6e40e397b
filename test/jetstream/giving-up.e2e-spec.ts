import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { NatsConsumeOptions, NatsStrategyOptions, RetryOptions } from 'nestjs-nats';
import { DeadLetters, Terminate } from 'nestjs-nats';
import type { DeliveredMessage } from '../../libs/nestjs-nats/src/jetstream/pull/delivery.js';
import { consumerToSay } from '../support/consumer-state.js';
import { JsStage } from '../support/js-stage.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { waitFor } from '../support/wait-for.js';

const BUCKET = 'KV_nestjs-nats-attempts';

const bench = new NatsBench({ jetstream: true });
let js: JsStage;
let letters: DeadLetters;
beforeAll(() => bench.start());
beforeEach(async () => {
  js = await JsStage.open(bench);
  letters = new DeadLetters({ servers: bench.server.url });
  bench.own(async () => {
    await letters.close();
    for await (const { config } of js.jsm.streams.list()) await js.jsm.streams.delete(config.name);
  });
});
afterEach(() => bench.clear());
afterAll(() => bench.stop());

interface Told {
  used: number;
  crashes: number;
  kind: 'failed' | 'started';
}

/** Makes the consumer of a handler, by listening once; what the handler is given then is noted. */
async function listen(
  retry: RetryOptions,
  strategyOptions: NatsStrategyOptions = {},
  handler: () => unknown = () => undefined,
  options: Partial<NatsConsumeOptions> = {},
): Promise<{ counts: number[]; close: () => Promise<void> }> {
  const streams = [{ name: 'JOBS', subjects: ['jobs.>'] }];
  const { app, strategy } = await bench.create([], { streams, ...strategyOptions });
  const counts: number[] = [];
  await strategy.registerSubscriber(
    'jobs.one',
    async (_, context) => {
      counts.push((context as unknown as { deliveryCount: number }).deliveryCount);
      await handler();
    },
    { stream: 'JOBS', durable: 'work', retry, ...options },
  );
  await app.listen();
  return { counts, close: () => app.close() };
}

/** Delivers a message so often, each time without a word of what became of it. */
async function lose(times: number): Promise<void> {
  for (let i = 0; i < times; i++) (await js.next('JOBS', 'work')).message.respond('-NAK');
}

/** Writes into the log what another process would have written of the delivery before the last. */
async function tell({ used, crashes, kind }: Told, delivered: number): Promise<void> {
  const { time } = (await js.jsm.streams.getMessage('JOBS', { seq: 1 }))!;
  const stored = time.getTime();
  const entry = { used, crashes, kind, delivered, stored, first: stored, last: stored };
  await js.publish('$KV.nestjs-nats-attempts.JOBS.work.1', JSON.stringify(entry));
}

/** A handler that has been given up by several processes in turn, each of which has ended. */
async function past(retry: RetryOptions, told: Told, lost: number): Promise<void> {
  const { close } = await listen(retry);
  await close();
  await js.publish('jobs.one');
  await lose(lost);
  await tell(told, lost - 1);
}

describe('a message that was lost by a process', () => {
  it('has the attempts that a rule for its failure has granted', async () => {
    const retry = { attempts: 3, rules: [{ error: { test: () => true }, attempts: 20 }] };
    await past(retry, { used: 7, crashes: 0, kind: 'failed' }, 2);
    const { counts } = await listen(retry);
    await waitFor(() => counts.length > 0, { what: 'the handler to be called' });
    expect(await letters.count()).toBe(0);
  });

  it('is tried once more when its attempts were used up by failures under another policy', async () => {
    await past({ attempts: 3 }, { used: 5, crashes: 0, kind: 'failed' }, 2);
    const { counts } = await listen({ attempts: 3 });
    await waitFor(() => counts.length > 0, { what: 'the handler to be called' });
    expect(await letters.count()).toBe(0);
  });

  it.each<[log: string, ruin: () => Promise<unknown>]>([
    ['is missing', () => js.jsm.streams.delete(BUCKET)],
    [
      'can be read and not written',
      async () => {
        const { config } = await js.jsm.streams.info(BUCKET);
        await js.jsm.streams.update(BUCKET, { ...config, sealed: true } as never);
      },
    ],
  ])(
    'is given up after very many deliveries while the log %s, also with endless attempts',
    async (_, ruin) => {
      const { close } = await listen({ attempts: Infinity });
      await close();
      await ruin();
      await js.publish('jobs.one');
      await lose(1_000);
      const { counts } = await listen({ attempts: Infinity }, { provision: 'off' });
      await waitFor(async () => (await letters.count()) > 0, { what: 'the dead letter' });
      expect(await letters.get(1)).toMatchObject({ reason: 'crashed', errorCode: 'CRASHED' });
      expect(counts).toEqual([]);
    },
  );

  it('is given up when the process has ended each time, also with endless attempts', async () => {
    await past({ attempts: Infinity }, { used: 5, crashes: 5, kind: 'started' }, 2);
    const { counts } = await listen({ attempts: Infinity });
    await waitFor(async () => (await letters.count()) > 0, { what: 'the dead letter' });
    expect(await letters.get(1)).toMatchObject({ reason: 'crashed', errorCode: 'CRASHED' });
    expect(counts).toEqual([]);
  });
});

describe('attempts', () => {
  const retry = { maxMs: 120_000 };

  it('must be remembered until the next one', async () => {
    const listening = listen(retry, { attemptLog: { maxAgeMs: 120_000 } });
    expect(await rejection(listening)).toMatchObject({
      code: 'INVALID_OPTIONS',
      details: { faults: [expect.stringContaining('retry.maxMs: 120000 is not less than')] },
    });
  });

  it('are, if that is longer, or need not be, if they are not written down', async () => {
    const { close } = await listen(retry, { attemptLog: { maxAgeMs: 120_001 } });
    await close();
    await listen(retry, { attemptLog: false });
  });
});

describe('without an attempt log', () => {
  it('a message is given up that was delivered as often as it may be tried', async () => {
    const { close } = await listen({ attempts: 3 }, { attemptLog: false });
    await close();
    await js.publish('jobs.one');
    await lose(3);
    const { counts } = await listen({ attempts: 3 }, { attemptLog: false });
    await waitFor(async () => (await letters.count()) > 0, { what: 'the dead letter' });
    expect(await letters.get(1)).toMatchObject({ reason: 'crashed', attempts: 3 });
    expect(counts).toEqual([]);
  });

  it('one that was delivered less often is not', async () => {
    const { close } = await listen({ attempts: 3 }, { attemptLog: false });
    await close();
    await js.publish('jobs.one');
    await lose(2);
    const { counts } = await listen({ attempts: 3 }, { attemptLog: false });
    await waitFor(() => counts.length > 0, { what: 'the handler to be called' });
    expect(counts).toEqual([3]);
  });
});

describe('after the end of a process with many messages under way', () => {
  /** Publishes messages and loses them all, as a process does that ends. */
  async function loseAll(count: number): Promise<void> {
    const taken: DeliveredMessage[] = [];
    for (let i = 0; i < count; i++) {
      await js.publish('jobs.one');
      taken.push(await js.next('JOBS', 'work'));
    }
    for (const { message } of taken) message.respond('-NAK');
    await js.shared.current!.flush();
  }

  it('they wait for their turn where they are, as far as half of the places go', async () => {
    const { close } = await listen({}, {}, undefined, { concurrency: 64 });
    await close();
    await loseAll(40);
    let running = 0;
    let most = 0;
    const handler = async (): Promise<void> => {
      most = Math.max(most, ++running);
      await setTimeout(20);
      running--;
    };
    const { counts } = await listen({}, {}, handler, { concurrency: 64 });
    await waitFor(() => counts.length === 40, { what: () => `40 calls, not ${counts.length}` });
    expect(most).toBe(1);
    const again = counts.filter((count) => count > 2).length;
    expect(again).toBeLessThanOrEqual(8);
  });

  it('new ones are handled meanwhile', async () => {
    const { close } = await listen({}, {}, undefined, { concurrency: 4 });
    await close();
    await loseAll(4);
    const { counts } = await listen({}, {}, () => setTimeout(300), { concurrency: 4 });
    await waitFor(() => counts.length > 0, { what: 'the first call' });
    for (let i = 0; i < 10; i++) await js.publish('jobs.one');
    const fresh = (): number => counts.filter((count) => count === 1).length;
    await waitFor(() => fresh() === 10, { what: () => `10 new ones, not ${fresh()}` });
    await waitFor(() => counts.length === 14, { what: 'the others' });
  });

  it('the only place of a consumer is held for a message that waits', async () => {
    const { close } = await listen({}, {}, undefined, { concurrency: 1 });
    await close();
    await loseAll(1);
    const { counts } = await listen({}, {}, undefined, { concurrency: 1 });
    await waitFor(() => counts.length === 1, { what: 'the call' });
    expect(counts).toEqual([2]);
  });
});

it('a message that is given up while the application stops is kept, and done with', async () => {
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const { counts, close } = await listen({}, {}, async () => {
    await finished;
    throw new Terminate('no such job');
  });
  await js.publish('jobs.one');
  await waitFor(() => counts.length > 0, { what: 'the call' });
  const closed = close();
  // nothing is asked for any more
  await waitFor(async () => (await js.info('JOBS', 'work')).num_waiting === 0, {
    what: 'the stop',
  });
  finish();
  await closed;
  expect(await letters.get(1)).toMatchObject({ reason: 'terminated', error: 'no such job' });
  await consumerToSay(js.jsm, 'JOBS', 'work', { num_ack_pending: 0 });
});
