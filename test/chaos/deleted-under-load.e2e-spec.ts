import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { JetStreamManager } from '@nats-io/jetstream';
import { isNatsTransportError, type NatsClient, type StreamDeclaration } from 'nestjs-nats';
import { setTimeout as sleep } from 'node:timers/promises';
import { JsStage } from '../support/js-stage.js';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

const DURABLE = 'work';
const RECOVERY_MS = 3_000;

const bench = new NatsBench({ jetstream: true });
let jsm: JetStreamManager;
let streams = 0;
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** A stream with an application that consumes it, and a client that publishes to it without pause. */
async function underLoad() {
  ({ jsm } = await JsStage.open(bench));
  const name = `GONE${++streams}`;
  const declaration: StreamDeclaration = { name, subjects: [`${name}.>`] };
  const got = new Set<number>();
  const { app, strategy } = await bench.create([], {
    streams: [declaration],
    reconnectTimeWait: 50,
  });
  await strategy.registerSubscriber<number>(`${name}.>`, (n) => void got.add(n), {
    stream: name,
    durable: DURABLE,
    ackWaitMs: 1_000,
  });
  await app.listen();
  const client = bench.client({ streams: [declaration] });
  const acked: number[] = [];
  const load = publishing(client, `${name}.x`, acked);
  await waitFor(() => got.size > 200, { what: 'some messages' });
  return { name, got, acked, ...load };
}

function publishing(client: NatsClient, subject: string, acked: number[]) {
  const stopping = new AbortController();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const n = ++next;
      try {
        await client.publish(subject, n);
        acked.push(n);
      } catch (error) {
        if (!isNatsTransportError(error)) throw error;
        await sleep(5);
      }
      await sleep(1);
    }
  };
  const lanes = Promise.all(Array.from({ length: 4 }, lane));
  const stop = async (): Promise<void> => {
    stopping.abort();
    await lanes;
  };
  bench.own(stop);
  return { stop, last: () => next };
}

/** Waits until something is handled that was acknowledged after a moment. */
async function goesOn(got: ReadonlySet<number>, acked: readonly number[], after: number) {
  const start = performance.now();
  await waitFor(() => acked.some((n) => n > after && got.has(n)), {
    timeoutMs: RECOVERY_MS + 2_000,
    what: 'a message from afterwards',
  });
  expect(performance.now() - start).toBeLessThan(RECOVERY_MS);
}

const missing = (acked: readonly number[], got: ReadonlySet<number>): number[] =>
  acked.filter((n) => !got.has(n));

describe('F27: under load', () => {
  it('a consumer that is deleted costs no message', async () => {
    const { name, got, acked, stop, last } = await underLoad();
    for (let round = 0; round < 3; round++) {
      await jsm.consumers.delete(name, DURABLE);
      await goesOn(got, acked, last());
    }
    await stop();
    await waitFor(() => missing(acked, got).length === 0, {
      what: () => `the messages ${missing(acked, got).slice(0, 20).join(', ')}`,
    });
  }, 60_000);

  it('a stream that is deleted is made again by who publishes, and what it takes is handled', async () => {
    const { name, got, acked, stop, last } = await underLoad();
    await jsm.streams.delete(name);
    // what it held, and what was on its way, is gone with it
    const deletedAt = last();
    await goesOn(got, acked, deletedAt);
    await stop();
    const after = acked.filter((n) => n > deletedAt);
    await waitFor(() => missing(after, got).length === 0, {
      what: () => `the messages ${missing(after, got).slice(0, 20).join(', ')}`,
    });
    expect(after.length).toBeGreaterThan(0);
  }, 60_000);
});
