import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ascending, oneTo } from '../support/pull-stage.js';
import { StreamBench } from '../support/stream-bench.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait-for.js';

const MESSAGES = 200;
const CONCURRENCY = 8;
const LOSSES = 3;

const bench = new StreamBench();
beforeAll(() => bench.start());
beforeEach(() => bench.open());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

describe('acknowledgements that are lost with their connection', () => {
  it('make as many messages come again as were under way, and none is lost', async () => {
    const wire = await TcpProxy.start(bench.nats.server.port);
    bench.nats.own(() => wire.close());
    const got: number[] = [];
    await bench.consume<number>((n) => void got.push(n), {
      durable: 'work',
      concurrency: CONCURRENCY,
      ackWaitMs: 1_000,
      strategy: { servers: wire.url, reconnectTimeWait: 20, reconnectJitter: 0 },
    });
    let published = 0;
    for (let round = 0; round < LOSSES; round++) {
      // nothing reaches the server from now on: not the acknowledgements of what it still sends
      wire.stall('toServer');
      const before = got.length;
      await bench.publish(
        'x',
        oneTo(MESSAGES).map((n) => published + n),
      );
      published += MESSAGES;
      await waitFor(() => got.length > before && wire.heldBytes('toServer') > 0, {
        what: 'acknowledgements on their way',
      });
      wire.cut();
      wire.resume();
      wire.restore();
      await waitFor(() => new Set(got).size >= published, {
        what: () => `${published} messages; ${new Set(got).size} came`,
      });
      await bench.settled('work');
    }
    expect(ascending([...new Set(got)])).toEqual(oneTo(published));
    expect(got.length).toBeGreaterThan(published);
    expect(got.length).toBeLessThanOrEqual(published + LOSSES * CONCURRENCY);
  }, 60_000);
});
