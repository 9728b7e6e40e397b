import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';
import { ChaosProcess } from './chaos-process.js';

const RESTARTS = 6;
const LANES = 32;
const SUBJECT = 'rolling.double';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

describe('responders that are replaced one by one under load (SIGTERM)', () => {
  it('F8: answer every request', async () => {
    let started = 0;
    const responder = (): Promise<ChaosProcess> => {
      const process = ChaosProcess.responder(`responder-${++started}`, {
        servers: [bench.server.url],
        subject: SUBJECT,
        queue: 'doublers',
        workMs: 5,
      });
      bench.own(() => process.kill());
      return process.ready();
    };
    const running = [await responder(), await responder()];

    const client = bench.client();
    await client.connect();
    const stopping = new AbortController();
    bench.own(() => stopping.abort());
    let answered = 0;
    const failures: unknown[] = [];
    const lane = async (): Promise<void> => {
      for (let n = 0; !stopping.signal.aborted; n++) {
        try {
          const double = await client.request<number>(SUBJECT, n, { timeoutMs: 5_000 });
          if (double !== n * 2) failures.push(`${n} → ${double}`);
          answered++;
        } catch (error) {
          failures.push(error);
        }
      }
    };
    const lanes = Promise.all(Array.from({ length: LANES }, lane));
    for (let round = 0; round < RESTARTS; round++) {
      running.push(await responder());
      await running.shift()!.stop();
      // the others go on
      const before = answered;
      await waitFor(() => answered > before + LANES, { what: 'more answers' });
    }
    stopping.abort();
    await lanes;
    expect(failures).toEqual([]);
    expect(answered).toBeGreaterThan(RESTARTS * LANES);
  }, 120_000);
});
