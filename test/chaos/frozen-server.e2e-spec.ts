import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { isNatsTransportError, type NatsClient } from 'nestjs-nats';
import { setTimeout as sleep } from 'node:timers/promises';
import { ascending, oneTo } from '../support/pull-stage.js';
import { StreamBench } from '../support/stream-bench.js';
import { waitFor } from '../support/wait-for.js';

const PING_MS = 300;
const PINGS_OUT = 2;
/** Is how long a silent server may stay unnoticed: the pings that may be open, and the one that finds too many. */
const NOTICED_MS = PING_MS * (PINGS_OUT + 1);
const MESSAGES = 600;
const CONCURRENCY = 8;
const PASSING = ['NOT_CONNECTED', 'CONNECTION_LOST', 'TIMEOUT'] as const;
const ping = { pingInterval: PING_MS, maxPingOut: PINGS_OUT, connectTimeoutMs: 500 };

const bench = new StreamBench();
beforeAll(() => bench.start());
beforeEach(() => bench.open());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** Publishes every message until its acknowledgement has come, eight at a time. */
async function publishAll(client: NatsClient): Promise<void> {
  let next = 1;
  const lane = async (): Promise<void> => {
    for (let n = next++; n <= MESSAGES; n = next++) {
      for (;;) {
        try {
          await client.publish(`${bench.stream}.x`, n, { stream: bench.stream, msgId: `${n}` });
          break;
        } catch (error) {
          const passes = PASSING.some((code) => isNatsTransportError(error, code));
          if (!passes) throw error;
        }
        await sleep(20);
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
}

describe('F18: a server that hangs (SIGSTOP)', () => {
  it('is noticed within the time of the pings, and nothing is lost', async () => {
    const got: number[] = [];
    const work = async (n: number): Promise<void> => {
      got.push(n);
      await sleep(5);
    };
    const options = { durable: 'work', concurrency: CONCURRENCY, ackWaitMs: 2_000, strategy: ping };
    await bench.consume<number>(work, options);
    const client = bench.nats.client({ ...ping, reconnectTimeWait: 50 });
    await client.connect();
    const heard: string[] = [];
    client.on('disconnect', () => void heard.push('disconnect'));
    client.on('reconnect', () => void heard.push('reconnect'));

    const published = publishAll(client);
    await waitFor(() => got.length > 100, { what: 'some messages' });
    const { server } = bench.nats;
    server.pause();
    try {
      const start = performance.now();
      await waitFor(() => heard.includes('disconnect'), { what: 'the loss to be noticed' });
      // the machine may be busy, but not for as long as another ping
      expect(performance.now() - start).toBeLessThan(NOTICED_MS + PING_MS + 1_000);
    } finally {
      server.resume();
    }
    await waitFor(() => heard.includes('reconnect'), { what: 'the connection' });
    await published;
    await waitFor(() => new Set(got).size >= MESSAGES, {
      what: () => `${MESSAGES} messages; ${new Set(got).size} came`,
    });
    await bench.settled('work');
    expect(ascending([...new Set(got)])).toEqual(oneTo(MESSAGES));
    expect(got.length).toBeLessThanOrEqual(MESSAGES + CONCURRENCY);
    const { state } = await bench.jsm.streams.info(bench.stream);
    expect(state.messages).toBe(MESSAGES);
  }, 60_000);
});
