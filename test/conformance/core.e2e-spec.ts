import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { NatsBench } from '../support/nats-bench.js';
import { conforms } from './suite.js';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

let topics = 0;

conforms(
  {
    keepsMessages: false,
    topic: () => Promise.resolve(`conformance.topic-${++topics}`),
    publisher: () => {
      const client = bench.client({ reconnectTimeWait: 50 });
      return {
        publish: async (topic, payload) => {
          await client.publish(topic, payload, { confirm: 'flush' });
        },
        close: () => client.close(),
      };
    },
    subscribe: async (topic, handler, { group, concurrency }) => {
      const { app, strategy } = await bench.create([], { reconnectTimeWait: 50 });
      await strategy.registerSubscriber<number>(
        topic,
        (payload, context) => handler({ payload, context }),
        { queue: group, ...(concurrency && { concurrency }) },
      );
      await app.listen();
      return { close: () => app.close() };
    },
    unsettled: () => Promise.reject(new Error('Core NATS does not know of acknowledgements')),
    restartServer: async () => {
      await bench.server.kill();
      await bench.server.restart();
    },
  },
  {
    'resend on error': 'a message is delivered at most once: a failure is logged',
    'no acknowledgement while a handler runs': 'there are no acknowledgements',
    'a new subscriber gets old messages': 'the server keeps none',
    reconnect: 'what is published while a subscriber is away is lost',
  },
);
