import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { lastValueFrom, toArray } from 'rxjs';
import { NatsBench } from '../support/nats-bench.js';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** Answers a request without end. */
async function flood(subject: string): Promise<void> {
  const peer = await bench.peer();
  const stop = new AbortController();
  let flooding: Promise<void> | undefined;
  const answer = async (respond: () => boolean): Promise<void> => {
    // ends on its own too, so that a wait that does not end fails instead of hanging
    const endsAt = performance.now() + 10_000;
    while (!stop.signal.aborted && performance.now() < endsAt) {
      respond();
      await delay(1);
    }
  };
  peer.subscribe(subject, {
    callback: (_, message) => {
      flooding = answer(() => message.respond('1'));
    },
  });
  await peer.flush();
  bench.own(async () => {
    stop.abort();
    await flooding;
  });
}

it('N5: a flood of answers with stallMs does not outlive the time for all', async () => {
  await flood('gather.flood');
  const client = bench.client();
  await client.connect();
  const start = performance.now();
  const answers = client.gather('gather.flood', {}, { stallMs: 50, timeoutMs: 300 });
  const seen = await lastValueFrom(answers.pipe(toArray()));
  const elapsedMs = performance.now() - start;
  expect(seen.length).toBeGreaterThan(10);
  expect(elapsedMs).toBeGreaterThanOrEqual(299);
  expect(elapsedMs).toBeLessThan(1_000);
});
