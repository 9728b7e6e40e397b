import { SUBJECT } from '../names.js';
import { payloadOf } from '../payload.js';
import type { RequestScenario } from '../scenarios.js';
import { quantile } from '../statistics.js';
import type { BenchClient } from '../subjects/subject.js';
import { type Load, pooled } from './load.js';

/** Sends requests, so many at a time, and waits for the answers. */
export function sendRequests(
  client: BenchClient,
  { bytes, handler, concurrency }: RequestScenario,
): Load {
  const subject = SUBJECT.request[handler];
  const payload = payloadOf(bytes);
  return {
    step: 1,
    async run(count) {
      if (concurrency > 1) {
        await pooled(count, concurrency, () => client.request(subject, payload));
        return {};
      }
      const tookMs = Array.from({ length: count }, () => 0);
      for (let i = 0; i < count; i++) {
        const start = performance.now();
        await client.request(subject, payload);
        tookMs[i] = performance.now() - start;
      }
      return { p50Us: quantile(tookMs, 0.5) * 1e3, p99Us: quantile(tookMs, 0.99) * 1e3 };
    },
    close: () => Promise.resolve(),
  };
}
