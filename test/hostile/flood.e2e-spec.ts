import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { NatsStrategy } from 'nestjs-nats';
import { connections } from '../support/monitoring.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';

const BURST = 100_000;
const UNANSWERED = 20_000;

/** Counts how many of its rounds run at a time. */
class Peak {
  running = 0;
  highest = 0;
  finished = 0;

  async round(): Promise<void> {
    this.highest = Math.max(this.highest, ++this.running);
    await nextTurn();
    this.running--;
    this.finished++;
  }
}

@Controller()
class Flooded {
  readonly all = new Peak();
  readonly some = new Peak();

  @EventPattern<string>('flood.all', { concurrency: 16, maxPending: BURST })
  onAll(@Payload() _data: unknown): Promise<void> {
    return this.all.round();
  }

  @EventPattern<string>('flood.some', { concurrency: 4, maxPending: 1_000 })
  onSome(@Payload() _data: unknown): Promise<void> {
    return this.some.round();
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

async function burst(subject: string): Promise<{ flooded: Flooded; strategy: NatsStrategy }> {
  // all that waits is handled before it closes
  const { app, strategy } = await bench.create([Flooded], { shutdownTimeoutMs: 50_000 });
  await app.listen();
  const peer = await bench.peer();
  for (let n = 0; n < BURST; n++) {
    peer.publish(subject, '1');
    // what the server has to hold of a burst is not what is tested
    if (n % 5_000 === 0) await peer.flush();
  }
  await peer.flush();
  await app.close();
  return { flooded: app.get(Flooded), strategy };
}

it('F15: of 100,000 events at once no more run than may, and none is lost that may wait', async () => {
  const { flooded, strategy } = await burst('flood.all');
  expect(flooded.all.highest).toBe(16);
  expect(flooded.all.finished).toBe(BURST);
  expect(strategy.counters).toMatchObject({ underWay: 0, overflowed: 0 });
}, 60_000);

it('F15: those that are more than may wait are counted', async () => {
  const { flooded, strategy } = await burst('flood.some');
  expect(flooded.some.highest).toBe(4);
  expect(flooded.some.finished).toBeGreaterThanOrEqual(1_004);
  expect(flooded.some.finished + strategy.counters.overflowed).toBe(BURST);
  expect(strategy.counters.underWay).toBe(0);
}, 60_000);

it('F16: 20,000 requests to a silent peer end at their timeout and leave nothing', async () => {
  const peer = await bench.peer({ name: 'silent' });
  peer.subscribe('flood.silent', { callback: () => undefined });
  await peer.flush();
  const client = bench.client({ name: 'asking', timeoutMs: 2_000 });
  await client.connect();
  expect(await rejection(client.request('flood.silent', 0, { timeoutMs: 1 }))).toMatchObject({
    code: 'TIMEOUT',
  });
  const subscriptions = async () =>
    (await connections(bench.server)).find(({ name }) => name === 'asking')?.subscriptions;
  expect(await subscriptions()).toBe(1);
  const outcomes = await Promise.allSettled(
    Array.from({ length: UNANSWERED }, (_, n) => client.request('flood.silent', n)),
  );
  const codes = outcomes.map((outcome) =>
    outcome.status === 'rejected' ? (outcome.reason as { code: string }).code : 'answered',
  );
  expect(new Set(codes)).toEqual(new Set(['TIMEOUT']));
  expect(client.counters.pending).toBe(0);
  expect(await subscriptions()).toBe(1);
}, 60_000);
