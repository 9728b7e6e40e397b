import { STREAM } from '../names.js';
import { payloadOf } from '../payload.js';
import type { PublishScenario } from '../scenarios.js';
import type { BenchClient } from '../subjects/subject.js';
import { type Load, pooled } from './load.js';

/** Publishes to a stream, so many at a time, each with an id, and waits for the acknowledgements. */
export function storeMessages(client: BenchClient, { bytes, concurrency }: PublishScenario): Load {
  if (client.store === undefined) throw new Error('This subject knows no streams.');
  const payload = payloadOf(bytes);
  const run = process.hrtime.bigint().toString(36);
  let ids = 0;
  return {
    step: 1,
    async run(count) {
      await pooled(count, concurrency, () =>
        client.store!(STREAM.publish.subject, payload, `${run}-${++ids}`),
      );
      return {};
    },
    close: () => Promise.resolve(),
  };
}
