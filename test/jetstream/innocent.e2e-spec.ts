import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstream } from '@nats-io/jetstream';
import { StreamBench } from '../support/stream-bench.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait-for.js';

/** More than `retry.crashes`. */
const TIMES = 4;

const bench = new StreamBench();
beforeAll(() => bench.start());
beforeEach(() => bench.open());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** Reads who of the stream is accused in the bucket of attempts. */
async function accused(): Promise<unknown[]> {
  const entries: unknown[] = [];
  const consumer = await jetstream(bench.peer).consumers.get('KV_nestjs-nats-attempts');
  const { num_pending: count } = await consumer.info();
  for await (const message of count === 0 ? [] : await consumer.fetch({ max_messages: count })) {
    if (message.subject.includes(`.${bench.stream}.`)) entries.push(message.json());
  }
  return entries.filter((entry) => (entry as { crashes: number }).crashes > 0);
}

const deadLetters = (): Promise<number> =>
  bench.jsm.streams.info('DEAD_LETTERS').then(
    ({ state }) => state.messages,
    () => 0,
  );

describe('a message that the process has survived', () => {
  it('is not given up when its acknowledgement is lost again and again', async () => {
    const wire = await TcpProxy.start(bench.nats.server.port);
    bench.nats.own(() => wire.close());
    let handled = 0;
    const handler = (): void => {
      if (++handled > TIMES) return;
      wire.cut();
      wire.restore();
    };
    await bench.consume(handler, {
      durable: 'work',
      ackWaitMs: 1_000,
      strategy: { servers: wire.url, reconnectTimeWait: 20, reconnectJitter: 0 },
    });
    await bench.publish('x', [1]);
    await waitFor(() => handled > TIMES, {
      timeoutMs: 6_000,
      what: () => `${TIMES} deliveries; there were ${handled}`,
    });
    await bench.settled('work');
    expect(await deadLetters()).toBe(0);
  });

  it('is not accused of it any more', async () => {
    const wire = await TcpProxy.start(bench.nats.server.port);
    bench.nats.own(() => wire.close());
    let handled = 0;
    const first = await bench.consume(
      () => {
        if (++handled > 1) return;
        wire.cut();
        wire.restore();
      },
      {
        durable: 'work',
        ackWaitMs: 1_000,
        strategy: { servers: wire.url, reconnectTimeWait: 20, reconnectJitter: 0 },
      },
    );
    await bench.publish('x', [1]);
    await waitFor(() => handled === 2, { what: 'the second delivery' });
    await first.close();
    await bench.settled('work');
    expect(await accused()).toEqual([]);
  });
});
