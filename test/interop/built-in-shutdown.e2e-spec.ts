import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { lastValueFrom, throwError, timeout } from 'rxjs';
import { builtInClient, listenBuiltIn } from '../support/built-in-transport.js';
import { connections } from '../support/monitoring.js';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

let begun: boolean;
let release: () => void;
let released: Promise<void>;

@Controller()
class Slow {
  @MessagePattern('closing.slow')
  async slow(): Promise<string> {
    begun = true;
    await released;
    return 'answer';
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
beforeEach(() => {
  begun = false;
  released = new Promise((resolve) => {
    release = resolve;
  });
});
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const SILENCE_MS = 200;

/** Closes the app while its handler works, and lets the handler end after `waiting`. */
async function closeMeanwhile(
  app: INestMicroservice,
  waiting: (closed: Promise<void>) => Promise<void>,
): Promise<unknown> {
  const silence = { first: SILENCE_MS, with: () => throwError(() => new Error('silence')) };
  const answer = lastValueFrom(
    builtInClient(bench).send<string>('closing.slow', {}).pipe(timeout(silence)),
  ).catch((error: Error) => error.message);
  await waitFor(() => begun, { what: 'the handler to begin' });
  const closed = app.close();
  await waiting(closed);
  release();
  await closed;
  return answer;
}

it('built-in: close() without gracefulShutdown loses the answer under way', async () => {
  const app = await listenBuiltIn(bench, [Slow]);
  await expect(closeMeanwhile(app, (closed) => closed)).resolves.toBe('silence');
});

it('built-in: gracefulShutdown waits for gracePeriod, however long the handler takes', async () => {
  const options = { gracefulShutdown: true, gracePeriod: 100 };
  const app = await listenBuiltIn(bench, [Slow], options);
  const before = performance.now();
  await expect(closeMeanwhile(app, async () => undefined)).resolves.toBe('answer');
  expect(performance.now() - before).toBeGreaterThan(95);
});

it('here: close() waits for the answer, and no longer', async () => {
  const app = await bench.listen([Slow], { envelope: 'nest' });
  const unsubscribed = (): Promise<void> =>
    waitFor(async () => !(await isSubscribed('closing.slow')), { what: 'the subscription to end' });
  await expect(closeMeanwhile(app, unsubscribed)).resolves.toBe('answer');
});

async function isSubscribed(subject: string): Promise<boolean> {
  const open = await connections(bench.server);
  return open.some(({ subscriptions_list: list }) => list?.includes(subject));
}
