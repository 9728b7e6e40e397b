import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { jetstream } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { type DeadLetter, DeadLetters } from 'nestjs-nats';
import { setTimeout as sleep } from 'node:timers/promises';
import { StreamBench } from '../support/stream-bench.js';
import { waitFor } from '../support/wait-for.js';

const own = new StreamBench();
beforeAll(() => own.start());
beforeEach(() => own.open());
afterEach(() => own.clear());
afterAll(() => own.stop());

// bytes that decoding and encoding again would change
const PAYLOAD = Buffer.from(' {"order": 7.0, "note":"\\u00e9"}');

it('a handler that always fails is tried N times by the policy, then redriven after the fix', async () => {
  const letters = new DeadLetters({ servers: own.nats.server.url });
  own.nats.own(() => letters.close());
  const sent = headers();
  sent.append('Trace', 'one');
  sent.append('Trace', 'two');
  const subject = `${own.stream}.created`;
  const js = jetstream(own.peer);
  await js.publish(subject, PAYLOAD, { headers: sent, msgID: 'order-7' });

  const calls: { attempt: number; at: number }[] = [];
  const schedule = { attempts: 4, initialMs: 100, factor: 3, maxMs: 500, jitter: 0 };
  const broken = await own.consume(
    (_, { attempt }) => {
      calls.push({ attempt, at: performance.now() });
      throw new Error('no such order', { cause: new Error('the table is gone') });
    },
    { durable: 'billing', retry: schedule },
  );
  await own.settled('billing');
  expect(calls.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
  const gaps = calls.slice(1).map(({ at }, i) => at - calls[i]!.at);
  // the server may come later than it was told, and never earlier: a millisecond for the clocks
  expect(gaps.map((gap, i) => gap >= [100, 300, 500][i]! - 1)).toEqual([true, true, true]);

  expect(await own.deadLetters()).toEqual({ [`dead.${own.stream}.billing`]: 1 });
  const all: DeadLetter[] = [];
  for await (const letter of letters.list({ stream: own.stream })) all.push(letter);
  const [letter] = all;
  expect(letter).toMatchObject({
    reason: 'attempts',
    subject,
    consumer: 'billing',
    attempts: 4,
    error: 'no such order',
  });
  expect(Buffer.from(letter!.data)).toEqual(PAYLOAD);
  expect(letter!.headers?.values('Trace')).toEqual(['one', 'two']);

  await broken.close();
  const handled: unknown[] = [];
  const traces: unknown[] = [];
  await own.consume(
    (order, context) => {
      handled.push(order);
      traces.push(context.headers?.values('Trace'));
    },
    { durable: 'billing', retry: schedule },
  );
  // given up is over: nothing comes by itself
  await sleep(300);
  expect(handled).toEqual([]);
  await letters.redrive(letter!.sequence);
  await waitFor(() => handled.length > 0, { what: 'the redriven order' });
  await own.settled('billing');
  expect(handled).toEqual([{ order: 7, note: 'é' }]);
  expect(traces).toEqual([['one', 'two']]);
  expect(await own.deadLetters()).toEqual({});
}, 30_000);
