import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { gate } from '../support/gate.js';
import { NatsBench } from '../support/nats-bench.js';
import { ascending, oneTo, PullStage } from '../support/pull-stage.js';
import type { Puller, PullerOptions } from '../support/puller.js';
import { SERVER_VERSIONS } from '../support/server-versions.js';
import { waitFor } from '../support/wait-for.js';

// older servers have no active process of a consumer
const bench = new NatsBench({ jetstream: true, ...SERVER_VERSIONS.newest });
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

function activeFor(timeoutMs: number, options: PullerOptions = {}): PullerOptions {
  return {
    heartbeatMs: 200,
    singleActive: { group: 'active', timeoutMs },
    ...options,
    config: {
      priority_groups: ['active'],
      priority_policy: 'pinned_client',
      priority_timeout: timeoutMs * 1_000_000,
      ...options.config,
    },
  };
}

/** Several processes of one group; the first one is the active one. */
async function group(
  size: number,
  options: PullerOptions,
): Promise<{ stage: PullStage; first: Puller; others: Puller[] }> {
  const stage = await PullStage.open(bench);
  const first = await stage.puller(options);
  await stage.publish(1);
  await first.until(1);
  const others: Puller[] = [];
  for (let i = 1; i < size; i++) others.push(await stage.puller(options));
  return { stage, first, others };
}

const all = (pullers: readonly Puller[]): number[] => pullers.flatMap(({ handled }) => handled);

it('one process gets every message', async () => {
  const { stage, first, others } = await group(3, activeFor(5_000));
  await stage.publish(500);
  await first.until(501);
  expect(first.handled).toEqual(oneTo(501));
  expect(first.refused).toEqual([]);
  expect(all(others)).toEqual([]);
  expect(first.told('active')).toHaveLength(1);
  expect(others.flatMap((other) => other.told('active'))).toEqual([]);
});

it('when it leaves, another one goes on at once', async () => {
  const { stage, first, others } = await group(3, activeFor(60_000));
  await first.loop.stop();
  await first.loop.release();
  expect(first.told('inactive')).toHaveLength(1);
  const start = performance.now();
  await stage.publish(10);
  await waitFor(() => all(others).length === 10, { what: 'the messages' });
  expect(performance.now() - start).toBeLessThan(3_000);
  expect(others.filter(({ handled }) => handled.length > 0)).toHaveLength(1);
});

it('until it is released, a process that stops stays the active one', async () => {
  const { stage, first, others } = await group(2, activeFor(400));
  await first.loop.stop();
  await stage.publish(3);
  await sleep(1_200);
  expect(all(others)).toEqual([]);
  await first.loop.release();
  await others[0]!.until(3);
});

it('when its connection breaks, another one takes over after the time of the group', async () => {
  const { stage, first, others } = await group(2, activeFor(1_000));
  // for good: one that others close is replaced at once
  await first.connection.release();
  await stage.publish(10);
  const start = performance.now();
  await others[0]!.until(10);
  expect(performance.now() - start).toBeLessThan(5_000);
  expect(first.handled).toEqual([1]);
});

it('a process that is idle or busy for long stays the active one', async () => {
  const hold = gate();
  const handle = (_: unknown, { streamSequence }: { streamSequence: number }) =>
    streamSequence === 2 ? hold.wait() : undefined;
  const { stage, first, others } = await group(2, activeFor(400, { concurrency: 1, handle }));
  // nothing comes for three times as long
  await sleep(1_200);
  await stage.publish(5);
  await waitFor(hold.reached, { what: 'the handler that takes long' });
  // nothing can be asked for for three times as long
  await sleep(1_200);
  hold.open();
  await first.until(6);
  expect(first.handled).toEqual(oneTo(6));
  expect(all(others)).toEqual([]);
  expect(first.told('inactive')).toEqual([]);
});

it('a process that loses its place to another waits until it gets it again', async () => {
  const { stage, first, others } = await group(2, activeFor(60_000));
  const unpin = `$JS.API.CONSUMER.UNPIN.${stage.stream}.work`;
  const handled = (): number => all([first, ...others]).length;
  for (let round = 1; round <= 6; round++) {
    await stage.js.peer.request(unpin, JSON.stringify({ group: 'active' }));
    await stage.publish(20);
    await waitFor(() => handled() === 1 + 20 * round, {
      what: () => `round ${round}; there are ${handled()}`,
    });
  }
  expect(ascending(all([first, ...others]))).toEqual(oneTo(121));
});

it.each([
  ['cannot be read', 'Bad Name: x', ''],
  ['cannot be read, before a payload', 'Bad Name: x', 'payload'],
  ['claim a place', 'Nats-Pin-Id: forged', 'payload'],
  ['are none', '', ''],
])('a message whose headers %s does not keep it from its own', async (_, line, payload) => {
  const stage = await PullStage.open(bench);
  const raw = await bench.raw();
  const headers = line === '' ? '' : `\r\n${line}`;
  for (let i = 0; i < 3; i++) raw.publish(`${stage.stream}.ü`, payload, { headers });
  await raw.flush();
  const one = await stage.puller(activeFor(60_000, { concurrency: 1 }));
  await stage.publish(5);
  await one.until(8);
  expect(one.handled).toEqual(oneTo(8));
});

it('the place is kept over a lost connection that is soon back', async () => {
  const { stage, first, others } = await group(2, activeFor(60_000));
  let isBack = false;
  first.connection.events.on('reconnect', () => (isBack = true));
  await first.connection.current!.reconnect();
  // what is sent to the connection that ends comes again only after the ack wait
  await waitFor(() => isBack, { what: 'the connection' });
  await stage.publish(20);
  await first.until(21);
  expect(all(others)).toEqual([]);
});
