import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ascending, oneTo } from '../support/pull-stage.js';
import { rejection } from '../support/rejection.js';
import { StreamBench } from '../support/stream-bench.js';
import { type Direction, TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait-for.js';

const MESSAGES = 200;
const DELAY_MS = 150;
const PING_MS = 200;
const ping = { pingInterval: PING_MS, maxPingOut: 2, connectTimeoutMs: 2_000 };
const quick = { reconnectTimeWait: 50, reconnectJitter: 0 };

const bench = new StreamBench();
let wire: TcpProxy;
let served: number;
beforeAll(() => bench.start());
beforeEach(async () => {
  await bench.open();
  served = 0;
  const { server } = bench.nats;
  wire = await TcpProxy.start(server.port);
  bench.nats.own(() => wire.close());
});
afterEach(() => bench.clear());
afterAll(() => bench.stop());

class Doubler {
  @MessagePattern('double')
  double(@Payload() n: number): number {
    served++;
    return 2 * n;
  }
}

/** Publishes to the stream over the bad line, each until it is acknowledged. */
async function publishAll(client: ReturnType<typeof bench.nats.client>): Promise<void> {
  const stream = { stream: bench.stream };
  const send = (n: number): Promise<unknown> =>
    client.publish(`${bench.stream}.x`, n, { ...stream, msgId: `${n}`, timeoutMs: 20_000 });
  await Promise.all(oneTo(MESSAGES).map(send));
}

describe('a line that is slow', () => {
  it('slows everything down, and that is all', async () => {
    wire.delay(DELAY_MS);
    const strategy = { servers: wire.url, ...ping };
    const got: number[] = [];
    const work = (n: number): void => void got.push(n);
    await bench.consume<number>(work, { durable: 'work', concurrency: 16, strategy });
    await bench.nats.listen([Doubler], { servers: wire.url, ...ping });
    const client = bench.nats.client({ servers: wire.url, ...ping });
    await client.connect();
    const lost: string[] = [];
    client.on('disconnect', () => void lost.push('disconnect'));

    await publishAll(client);
    const answers = await Promise.all(oneTo(MESSAGES).map((n) => client.request('double', n)));
    expect(answers).toEqual(oneTo(MESSAGES).map((n) => 2 * n));
    expect(served).toBe(MESSAGES);
    await waitFor(() => got.length >= MESSAGES, { what: () => `${got.length} messages` });
    await bench.settled('work');
    expect(ascending(got)).toEqual(oneTo(MESSAGES));
    expect(lost).toEqual([]);
  }, 60_000);
});

describe.each<Direction>(['toServer', 'toClient'])('a line that is dead %s', (direction) => {
  it('is noticed by pings; what was published is sent again, and handled once', async () => {
    const got: number[] = [];
    await bench.consume<number>((n) => void got.push(n), { durable: 'work', concurrency: 16 });
    const client = bench.nats.client({ servers: wire.url, ...ping, ...quick });
    await client.connect();
    const heard: string[] = [];
    for (const event of ['disconnect', 'reconnect'] as const)
      client.on(event, () => void heard.push(event));
    wire.stall(direction);
    const asked = rejection(client.request('double', 1, { timeoutMs: 10_000 }));
    const published = publishAll(client);
    await waitFor(() => heard.includes('disconnect'), { what: 'the loss to be noticed' });
    expect(await asked).toMatchObject({ code: 'CONNECTION_LOST' });
    // the line that was dead is gone, and the next one lives
    wire.cut();
    wire.resume(direction);
    wire.restore();
    await published;
    expect(heard).toContain('reconnect');
    await waitFor(() => got.length >= MESSAGES, { what: () => `${got.length} messages` });
    await bench.settled('work');
    expect(ascending(got)).toEqual(oneTo(MESSAGES));
  }, 60_000);
});
