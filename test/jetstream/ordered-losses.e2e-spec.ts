import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { oneTo } from '../support/pull-stage.js';
import { StreamBench } from '../support/stream-bench.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait-for.js';

const bench = new StreamBench();
beforeAll(() => bench.start());
beforeEach(() => bench.open());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

async function received(got: readonly number[], count: number): Promise<void> {
  await waitFor(() => got.length >= count, {
    what: () => `${count} messages; there are ${got.length}, the last is ${got.at(-1)}`,
  });
}

async function proxy(): Promise<TcpProxy> {
  const made = await TcpProxy.start(bench.nats.server.port);
  bench.nats.own(() => made.close());
  return made;
}

it('is whole and in order over a line that breaks in the midst of messages', async () => {
  const line = await proxy();
  const got: number[] = [];
  await bench.consume<number>((n) => void got.push(n), {
    mode: 'ordered',
    deliver: 'all',
    strategy: { servers: line.url, reconnectTimeWait: 20, reconnectJitter: 0 },
  });
  for (let round = 0; round < 8; round++) {
    const publishing = bench.publish(
      'x',
      oneTo(300).map((n) => round * 300 + n),
    );
    await received(got, round * 300 + 1);
    // what the server sends now is lost on the way
    line.stall('toClient');
    await waitFor(() => line.heldBytes('toClient') > 0, { what: 'something to lose' });
    line.cut();
    line.resume('toClient');
    line.restore();
    await publishing;
    await received(got, (round + 1) * 300);
  }
  expect(got).toEqual(oneTo(2_400));
});

it('goes on behind what it has seen after a restart of the server', async () => {
  const got: number[] = [];
  await bench.consume<number>((n) => void got.push(n), { mode: 'ordered', deliver: 'new' });
  for (let round = 0; round < 3; round++) {
    await bench.publish(
      'x',
      oneTo(50).map((n) => round * 50 + n),
    );
    await received(got, (round + 1) * 50);
    await bench.nats.server.restart();
    await waitFor(
      () =>
        bench.peer.flush().then(
          () => true,
          () => false,
        ),
      { what: 'the peer' },
    );
    // JetStream is there a moment after the server
    await waitFor(
      () =>
        bench.jsm.streams.info(bench.stream).then(
          () => true,
          () => false,
        ),
      { what: 'the stream' },
    );
  }
  expect(got).toEqual(oneTo(150));
});

it('begins anew with a stream that is made anew', async () => {
  const got: number[] = [];
  await bench.consume<number>((n) => void got.push(n), { mode: 'ordered', deliver: 'all' });
  await bench.publish('x', oneTo(20));
  await received(got, 20);
  await bench.jsm.streams.delete(bench.stream);
  await bench.makeStream();
  await bench.publish('x', [21, 22, 23]);
  await received(got, 23);
  await sleep(200);
  expect(got).toEqual(oneTo(23));
});
