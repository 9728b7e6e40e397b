import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BatchFailure, type DeadLetter, DeadLetters, Terminate } from 'nestjs-nats';
import { of, throwError } from 'rxjs';
import { consumerToSettle } from '../support/consumer-state.js';
import { JsStage } from '../support/js-stage.js';
import { NatsBench } from '../support/nats-bench.js';

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

type Handle = (batch: string[]) => unknown;

/** Consumes batches of three, tries each message twice, and gives the calls of the handler. */
async function consume(handle: Handle): Promise<string[][]> {
  const streams = [{ name: 'JOBS', subjects: ['jobs'] }];
  const { app, strategy } = await bench.create([], { streams });
  const calls: string[][] = [];
  await strategy.registerSubscriber(
    'jobs',
    (batch: unknown) => {
      calls.push(batch as string[]);
      return handle(batch as string[]);
    },
    {
      stream: 'JOBS',
      durable: 'work',
      batch: { size: 3, maxWaitMs: 100 },
      codec: 'text',
      retry: { attempts: 2, initialMs: 10, jitter: 0 },
    },
  );
  await app.listen();
  return calls;
}

async function publish(...jobs: string[]): Promise<void> {
  for (const job of jobs) js.peer.publish('jobs', job);
  await js.peer.flush();
}

const settled = (): Promise<void> => consumerToSettle(js.jsm, 'JOBS', 'work');

async function dead(): Promise<Record<string, DeadLetter>> {
  const found: Record<string, DeadLetter> = {};
  for await (const letter of letters.list()) found[Buffer.from(letter.data).toString()] = letter;
  return found;
}

const often = (calls: string[][], job: string): number =>
  calls.flat().filter((one) => one === job).length;

describe('a handler of batches', () => {
  const failing =
    (give: (failure: BatchFailure) => unknown): Handle =>
    (batch) => {
      const index = batch.indexOf('2');
      if (index === -1) return undefined;
      return give(new BatchFailure([{ index, error: new Terminate('two is odd') }]));
    };

  it.each<[how: string, Handle]>([
    [
      'throws a BatchFailure',
      failing((failure) => {
        throw failure;
      }),
    ],
    ['rejects with one', failing((failure) => Promise.reject(failure))],
    ['returns one', failing((failure) => failure)],
    ['resolves to one', failing((failure) => Promise.resolve(failure))],
    ['emits one', failing((failure) => of(failure))],
    ['emits one as an error', failing((failure) => throwError(() => failure))],
  ])('that %s has failed with those it names', async (_, handle) => {
    const calls = await consume(handle);
    await publish('1', '2', '3');
    await settled();
    const found = await dead();
    expect(Object.keys(found)).toEqual(['2']);
    expect(found['2']).toMatchObject({ reason: 'terminated', error: 'two is odd' });
    expect(['1', '2', '3'].map((job) => often(calls, job))).toEqual([1, 1, 1]);
  });

  it('that names a message which is not there has failed with all: none is lost', async () => {
    const calls = await consume((batch) => {
      // counted from 1
      throw new BatchFailure([{ index: batch.length, error: new Error('the last one') }]);
    });
    await publish('1', '2', '3');
    await settled();
    const found = await dead();
    expect(Object.keys(found)).toHaveLength(3);
    expect(found['1']?.error).toContain('counted from 0');
    expect(['1', '2', '3'].map((job) => often(calls, job))).toEqual([2, 2, 2]);
  });
});
