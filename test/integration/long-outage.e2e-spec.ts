import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { Respond } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

/** Is more than the client of NATS makes by itself, which is 10. */
const ATTEMPTS = 100;
/** Is how soon all has to work when the server is back. */
const BOUND_MS = 3_000;

@Controller()
class Service {
  @Respond('outage.long')
  square(@Payload() n: number): number {
    return n * n;
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** Stands in the place of a server that is gone, and hangs up. Resolves when so many have called. */
async function hangUpOn(count: number): Promise<void> {
  let calls = 0;
  const listener = createServer((socket) => {
    calls++;
    socket.resetAndDestroy();
  });
  listener.listen(bench.server.port, '127.0.0.1');
  await once(listener, 'listening');
  await waitFor(() => calls >= count, { what: () => `${count} calls; there were ${calls}` });
  listener.close();
  await once(listener, 'close');
}

it('F5: a server that was away for long finds everybody back soon', async () => {
  const settings = { reconnectTimeWait: 20, reconnectJitter: 20 };
  const { app, strategy } = await bench.create([Service], settings);
  await app.listen();
  const client = bench.client(settings);
  await client.connect();

  await bench.server.kill();
  // two call: the strategy and the client
  await hangUpOn(2 * ATTEMPTS);
  expect([strategy.readiness().ready, client.readiness().ready]).toEqual([false, false]);
  const refused = { code: 'NOT_CONNECTED' };
  await expect(client.request('outage.long', 1)).rejects.toMatchObject(refused);

  await bench.server.restart();
  await waitFor(() => strategy.readiness().ready && client.readiness().ready, {
    timeoutMs: BOUND_MS,
    what: 'readiness',
  });
  await expect(client.request('outage.long', 7)).resolves.toBe(49);
});
