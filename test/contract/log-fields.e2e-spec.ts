import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { StreamBench } from '../support/stream-bench.js';
import { waitFor } from '../support/wait-for.js';

const bench = new StreamBench();
let entries: object[];
beforeAll(() => bench.start());
beforeEach(async () => {
  await bench.open();
  entries = [];
});
afterEach(async () => {
  Logger.overrideLogger(false);
  await bench.clear();
});
afterAll(() => bench.stop());

/** Keeps what is logged from now on: an application sets its own when it is made. */
function keepEntries(): void {
  const keep = (entry: unknown): void => {
    if (typeof entry === 'object' && entry !== null) entries.push({ ...entry });
  };
  Logger.overrideLogger({ log: keep, warn: keep, error: keep });
}

const broken = (): never => {
  throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
};

it('the log of a failure has fields that say what it is about', async () => {
  const { app, strategy } = await bench.nats.create([]);
  await strategy.registerSubscriber('log.:what.event', broken, { queue: 'q' });
  await app.listen();
  keepEntries();
  await bench.nats.client().publish('log.disk.event', 1);
  await waitFor(() => entries.some((entry) => 'handler' in entry), { what: 'the entry' });
  expect(entries).toContainEqual({
    message:
      'The event on "log.disk.event" failed in the handler for "log.:what.event": no space left',
    subject: 'log.disk.event',
    handler: 'log.:what.event',
    queue: 'q',
    code: 'ENOSPC',
    stack: expect.stringMatching(/^Error: no space left\n/),
  });
});

it('and those of a stream say which message', async () => {
  await bench.consume(broken, { durable: 'work', retry: { attempts: 1 } });
  keepEntries();
  await bench.publish('x', [1]);
  await waitFor(() => entries.some((entry) => 'sequence' in entry), { what: 'the entry' });
  expect(entries).toContainEqual({
    message: expect.stringMatching(/^Message 1 on .* becomes a dead letter \(attempts\)/),
    subject: `${bench.stream}.x`,
    stream: bench.stream,
    consumer: 'work',
    sequence: 1,
    reason: 'attempts',
    code: 'ENOSPC',
    stack: expect.stringMatching(/^Error: no space left\n/),
  });
});
