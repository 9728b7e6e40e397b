import { afterEach, afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PullEvent } from '../../libs/nestjs-nats/src/jetstream/pull/pull-events.js';
import { NatsBench } from '../support/nats-bench.js';
import { ascending, oneTo, PullStage } from '../support/pull-stage.js';
import { codeOf, type Puller } from '../support/puller.js';
import { describeOnVersions, SERVER_VERSIONS } from '../support/server-versions.js';
import { waitFor } from '../support/wait-for.js';

const types = (puller: Puller): PullEvent['type'][] => puller.events.map(({ type }) => type);

describeOnVersions('a pull loop', (version) => {
  const bench = new NatsBench({ jetstream: true, ...version });
  beforeAll(() => bench.start());
  afterEach(() => bench.clear());
  afterAll(() => bench.stop());

  it('F27: a consumer that is deleted is there again within 3 s, and messages come', async () => {
    const stage = await PullStage.open(bench);
    const one = await stage.puller({ config: { deliver_policy: 'new' } });
    await stage.publish(5);
    await one.until(5);
    await stage.js.jsm.consumers.delete(stage.stream, 'work');
    const exists = (): Promise<boolean> =>
      stage.js.info(stage.stream, 'work').then(
        () => true,
        () => false,
      );
    await waitFor(exists, { timeoutMs: 3_000, what: 'the consumer' });
    await stage.publish(5);
    await one.until(10);
    expect(types(one)).toEqual(['ready']);
  });

  it('F27: also when nothing was asked for, because all slots were busy', async () => {
    const stage = await PullStage.open(bench);
    const work = new AbortController();
    const one = await stage.puller({
      concurrency: 1,
      handle: () =>
        work.signal.aborted
          ? undefined
          : new Promise((resolve) => work.signal.addEventListener('abort', () => resolve())),
    });
    await stage.publish(3);
    await waitFor(() => one.running === 1, { what: 'the first message' });
    await stage.js.jsm.consumers.delete(stage.stream, 'work');
    work.abort();
    // the consumer is new, so the first one comes again
    await waitFor(() => one.handled.includes(3), { timeoutMs: 3_000, what: 'the last message' });
    expect(one.handled).toEqual([1, 1, 2, 3]);
  });

  it('F27: without its stream it says so once, and goes on when there is one', async () => {
    const stage = await PullStage.open(bench);
    const one = await stage.puller();
    await stage.publish(5);
    await one.until(5);
    await stage.js.jsm.streams.delete(stage.stream);
    await waitFor(() => types(one).includes('missing'), { timeoutMs: 3_000, what: 'a word' });
    // it keeps trying, in its time, and says nothing more
    await waitFor(() => one.ensured > 4, { what: 'further attempts' });
    expect(types(one)).toEqual(['ready', 'missing']);
    expect(one.told('missing').map(({ error }) => codeOf(error))).toEqual(['STREAM_NOT_FOUND']);
    const ensured = one.ensured;
    await sleep(1_000);
    expect(one.ensured - ensured).toBeLessThan(6);

    await stage.makeStream();
    await waitFor(() => types(one).length === 3, { timeoutMs: 3_000, what: 'the end of it' });
    expect(one.told('ready')).toHaveLength(2);
    await stage.publish(3);
    await one.until(8);
    expect(one.handled).toEqual([1, 2, 3, 4, 5, 1, 2, 3]);
  });

  it('after a restart of the server, it goes on at once and misses nothing', async () => {
    const stage = await PullStage.open(bench);
    const one = await stage.puller();
    await stage.publish(50);
    await one.until(50);
    await bench.server.restart();
    await waitFor(() => one.connection.isUp, { what: 'the connection' });
    const start = performance.now();
    await stage.publish(50);
    await one.until(100);
    expect(performance.now() - start).toBeLessThan(3_000);
    expect(new Set(one.handled)).toEqual(new Set(oneTo(100)));
    expect(one.refused).toEqual([]);
    expect(types(one)).toEqual(['ready']);
  });

  it('after kill -9 in the midst of work, nothing that was not done is lost', async () => {
    const stage = await PullStage.open(bench);
    await stage.publish(400);
    const one = await stage.puller({ handle: () => sleep(2), config: { ack_wait: 1_000_000_000 } });
    for (const count of [100, 200, 300]) {
      await one.until(count);
      await bench.server.kill();
      await waitFor(() => !one.connection.isUp, { what: 'the disconnect' });
      await bench.server.restart();
    }
    await one.untilAll(400);
    expect(one.refused).toEqual([]);
    expect(one.mostAtOnce).toBeLessThanOrEqual(8);
  });

  it('while the server is away, it waits for the connection and asks for nothing', async () => {
    const stage = await PullStage.open(bench);
    const one = await stage.puller();
    await bench.server.kill();
    await waitFor(() => !one.connection.isUp, { what: 'the disconnect' });
    const { ensured } = one;
    const before = process.cpuUsage();
    await sleep(500);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(250);
    expect(one.ensured).toBe(ensured);
    await bench.server.restart();
    await stage.publish(5);
    await one.until(5);
  });

  it('a server that falls silent is looked for, and its messages come when it is back', async () => {
    const stage = await PullStage.open(bench);
    const one = await stage.puller({ heartbeatMs: 200, apiTimeoutMs: 300 });
    bench.server.pause();
    try {
      await waitFor(() => types(one).includes('missing'), { what: 'words' });
      expect(types(one)).toEqual(['ready', 'stalled', 'missing']);
      expect(one.told('stalled')).toMatchObject([{ error: { code: 'TIMEOUT' } }]);
    } finally {
      bench.server.resume();
    }
    await waitFor(() => types(one).length === 4, { timeoutMs: 3_000, what: 'the end of it' });
    await stage.publish(100);
    await one.until(100);
    expect(ascending(one.handled)).toEqual(oneTo(100));
    expect(one.refused).toEqual([]);
  });

  it('a server that was silent only for a moment is not bothered', async () => {
    const stage = await PullStage.open(bench);
    const one = await stage.puller({ heartbeatMs: 400 });
    bench.server.pause();
    await sleep(300);
    bench.server.resume();
    await stage.publish(20);
    await one.until(20);
    expect(types(one)).toEqual(['ready']);
    expect(one.ensured).toBe(1);
  });

  it('on an idle stream heartbeats are enough: nothing is asked for again', async () => {
    const stage = await PullStage.open(bench);
    const asked = await stage.requests();
    const one = await stage.puller({ heartbeatMs: 100 });
    await sleep(1_000);
    expect(asked).toEqual([8]);
    expect(types(one)).toEqual(['ready']);
  });
});

describe('a pull loop', () => {
  // older servers cannot pause a consumer
  const bench = new NatsBench({ jetstream: true, ...SERVER_VERSIONS.newest });
  beforeAll(() => bench.start());
  afterEach(() => bench.clear());
  afterAll(() => bench.stop());

  it('waits in silence while its consumer is paused, and goes on after it', async () => {
    const stage = await PullStage.open(bench);
    const one = await stage.puller({ heartbeatMs: 100 });
    await stage.js.jsm.consumers.pause(stage.stream, 'work', new Date(Date.now() + 60_000));
    await stage.publish(10);
    await sleep(500);
    expect(one.handled).toEqual([]);
    await stage.js.jsm.consumers.resume(stage.stream, 'work');
    await one.until(10);
    expect(types(one)).toEqual(['ready']);
  });

  it('waits in silence while as much is not acknowledged as the consumer allows', async () => {
    const stage = await PullStage.open(bench);
    const one = await stage.puller({
      heartbeatMs: 100,
      config: { max_ack_pending: 3 },
      handle: () => sleep(300),
    });
    await stage.publish(9);
    await one.until(9);
    expect(one.mostAtOnce).toBe(3);
    expect(types(one)).toEqual(['ready']);
  });
});
