import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { isNatsTransportError, type StreamDeclaration } from 'nestjs-nats';
import { setTimeout as sleep } from 'node:timers/promises';
import { ascending, oneTo } from '../support/pull-stage.js';
import { StreamBench } from '../support/stream-bench.js';
import { waitFor } from '../support/wait-for.js';

const MESSAGES = 500;
const ROOM = 50;
const QUEUE: StreamDeclaration = {
  name: 'FULL',
  subjects: ['full.>'],
  retention: 'workqueue',
  max_msgs: ROOM,
};

const bench = new StreamBench();
beforeAll(() => bench.start());
beforeEach(() => bench.open());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

describe('F10: a work queue that is full', () => {
  it('refuses what has no room until it is drained, and drops nothing that it has taken', async () => {
    const streams = [QUEUE];
    const client = bench.nats.client({ streams });
    const acked: number[] = [];
    const refused: string[] = [];
    const lane = async (first: number): Promise<void> => {
      for (let n = first; n <= MESSAGES; n += 10) {
        while (!acked.includes(n)) {
          try {
            await client.publish('full.x', n, { msgId: `${n}` });
            acked.push(n);
          } catch (error) {
            if (!isNatsTransportError(error)) throw error;
            refused.push(error.code);
            await sleep(10);
          }
        }
      }
    };
    const published = Promise.all(oneTo(10).map(lane));
    await waitFor(() => refused.length > 10, { what: 'the queue to be full' });
    expect(acked).toHaveLength(ROOM);

    const got: number[] = [];
    const { strategy, app } = await bench.nats.create([], { streams });
    await strategy.registerSubscriber<number>('full.>', (n) => void got.push(n), {
      stream: 'FULL',
      durable: 'work',
    });
    await app.listen();
    await published;
    await waitFor(() => got.length >= MESSAGES, {
      what: () => `${MESSAGES} messages; ${got.length} came`,
    });
    expect(new Set(refused)).toEqual(new Set(['STREAM_FULL']));
    expect(ascending(acked)).toEqual(oneTo(MESSAGES));
    expect(ascending(got)).toEqual(oneTo(MESSAGES));
  }, 60_000);
});
