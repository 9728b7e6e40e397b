import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { StreamBench } from '../support/stream-bench.js';
import { conforms } from './suite.js';

const bench = new StreamBench();
beforeAll(() => bench.start());
beforeEach(() => bench.open());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

let topics = 0;
const tailOf = (topic: string): string => topic.slice(bench.stream.length + 1);
/** A durable is one of the stream: the group of a topic has one of its own. */
const durableOf = (topic: string, group: string): string => `${group}-${tailOf(topic)}`;

conforms({
  keepsMessages: true,
  topic: () => Promise.resolve(`${bench.stream}.topic-${++topics}`),
  publisher: () => {
    const client = bench.nats.client({ reconnectTimeWait: 50 });
    return {
      publish: async (topic, payload) => {
        await client.publish(topic, payload, { stream: bench.stream });
      },
      close: () => client.close(),
    };
  },
  subscribe: (topic, handler, { group, concurrency }) =>
    bench.consume<number>((payload, context) => handler({ payload, context }), {
      tail: tailOf(topic),
      durable: durableOf(topic, group),
      retry: { initialMs: 20, attempts: 3 },
      ...(concurrency && { concurrency }),
    }),
  unsettled: async (topic, group) => {
    const info = await bench.jsm.consumers.info(bench.stream, durableOf(topic, group));
    return info.num_ack_pending;
  },
  restartServer: async () => {
    await bench.nats.server.kill();
    await bench.nats.server.restart();
  },
});
