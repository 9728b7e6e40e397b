import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { SharedConnection } from '../../libs/nestjs-nats/src/connection/shared-connection.js';
import { gate } from '../support/gate.js';
import { NatsBench } from '../support/nats-bench.js';
import { ascending, oneTo, PullStage } from '../support/pull-stage.js';
import { Puller } from '../support/puller.js';
import { rejection } from '../support/rejection.js';
import { describeOnVersions } from '../support/server-versions.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait-for.js';

describeOnVersions('stop()', (version) => {
  const bench = new NatsBench({ jetstream: true, ...version });
  beforeAll(() => bench.start());
  afterEach(() => bench.clear());
  afterAll(() => bench.stop());

  it('takes nothing more, at once, and what had not started is with another process in no time', async () => {
    const stage = await PullStage.open(bench);
    await stage.publish(3_000);
    const first = await stage.puller({ concurrency: 100, handle: () => new Promise(setImmediate) });
    await first.until(500);
    const start = performance.now();
    const stopped = first.loop.stop();
    const taken = first.handled.length + first.running;
    await stopped;
    expect(performance.now() - start).toBeLessThan(500);
    await waitFor(() => first.running === 0, { what: 'the handlers under way' });
    expect(first.handled).toHaveLength(taken);

    // ack_wait is 30 s: what the first one had on its way does not wait for it
    const second = await stage.puller({ concurrency: 100 });
    await second.until(3_000 - taken);
    expect(ascending([...first.handled, ...second.handled])).toEqual(oneTo(3_000));
  });

  it('under load, with stops and starts in turn, everything is handled once', async () => {
    const stage = await PullStage.open(bench);
    const handle = (): Promise<void> => sleep(Math.random() * 4);
    const handled: number[] = [];
    const publish = async (): Promise<void> => {
      for (let i = 0; i < 40; i++) {
        await stage.publish(50);
        await sleep(10);
      }
    };
    const published = publish();
    for (let i = 0; i < 8; i++) {
      const one = await stage.puller({ concurrency: 20, handle });
      await sleep(60);
      await one.loop.stop();
      await waitFor(() => one.running === 0, { what: 'the handlers under way' });
      handled.push(...one.handled);
    }
    await published;
    const last = await stage.puller();
    await last.until(2_000 - handled.length);
    expect(ascending([...handled, ...last.handled])).toEqual(oneTo(2_000));
  });

  it('leaves no subscription and no request behind', async () => {
    const stage = await PullStage.open(bench);
    const one = await stage.puller();
    await stage.publish(20);
    await one.until(20);
    await one.loop.stop();
    await waitFor(async () => (await stage.js.info(stage.stream, 'work')).num_waiting === 0, {
      what: 'the requests to be withdrawn',
    });
    await stage.publish(20);
    await sleep(200);
    expect(one.handled).toHaveLength(20);
    expect(one.refused).toEqual([]);
  });

  it('twice is once, and freed() afterwards does nothing', async () => {
    const stage = await PullStage.open(bench);
    const asked = await stage.requests();
    const one = await stage.puller();
    await Promise.all([one.loop.stop(), one.loop.stop()]);
    one.loop.freed();
    await new Promise(setImmediate);
    await stage.publish(1);
    expect(asked).toEqual([8]);
    expect(one.handled).toEqual([]);
  });

  it('while the server hangs, gives up after a second', async () => {
    const stage = await PullStage.open(bench);
    const one = await stage.puller();
    bench.server.pause();
    try {
      const start = performance.now();
      await one.loop.stop();
      expect(performance.now() - start).toBeLessThan(3_000);
      expect(one.told('failed')).toMatchObject([{ error: { code: 'TIMEOUT' } }]);
    } finally {
      bench.server.resume();
    }
  });

  it('without a connection is done at once', async () => {
    const stage = await PullStage.open(bench);
    const one = await stage.puller();
    await bench.server.kill();
    await waitFor(() => !one.connection.isUp, { what: 'the disconnect' });
    const start = performance.now();
    await one.loop.stop();
    expect(performance.now() - start).toBeLessThan(500);
    expect(one.told('failed')).toEqual([]);
    await bench.server.restart();
  });
});

describe('start()', () => {
  const permissions = `
    authorization { users: [
      { user: free, password: free }
      { user: deaf, password: free, permissions: { subscribe: ["_INBOX.allowed.>"] } }
      { user: mute, password: free, permissions: { publish: { deny: ["$JS.API.CONSUMER.MSG.NEXT.>"] } } }
    ] }
    no_auth_user: free`;
  const bench = new NatsBench({ jetstream: true, config: permissions });
  beforeAll(() => bench.start());
  afterEach(() => bench.clear());
  afterAll(() => bench.stop());

  async function as(user: string): Promise<SharedConnection> {
    const shared = new SharedConnection({ servers: bench.server.url, user, pass: 'free' });
    shared.retain();
    await shared.connect();
    bench.own(() => shared.release());
    return shared;
  }

  const names = (stage: PullStage) => ({ stream: stage.stream, consumer: 'work' });

  it('F6: fails when the inbox may not be subscribed', async () => {
    const stage = await PullStage.open(bench);
    await stage.js.consumer(stage.stream, 'work');
    const one = new Puller(await as('deaf'), names(stage), { ensure: async () => names(stage) });
    const error = await rejection<Error>(one.loop.start());
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED' });
    expect(error.message).toContain('"_INBOX.');
  });

  it('F6: fails when the consumer may not be asked, and names the subject', async () => {
    const stage = await PullStage.open(bench);
    const one = new Puller(await as('mute'), names(stage));
    await expect(one.loop.start()).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      message: expect.stringContaining(`"$JS.API.CONSUMER.MSG.NEXT.${stage.stream}.work"`),
    });
    expect(one.events).toEqual([]);
  });

  it('fails with the reason why there is no consumer', async () => {
    const stage = await PullStage.open(bench);
    await stage.js.jsm.streams.delete(stage.stream);
    const one = await stage.idlePuller();
    await expect(one.loop.start()).rejects.toMatchObject({ code: 'STREAM_NOT_FOUND' });
    expect(one.events).toEqual([]);
    one.loop.freed();
    await one.loop.stop();
  });

  it('fails when nobody answers for the consumer within the time of the API', async () => {
    const stage = await PullStage.open(bench);
    const one = await stage.idlePuller({ ensure: async () => names(stage), apiTimeoutMs: 300 });
    await expect(one.loop.start()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('fails for a consumer that pushes, or says so in the next moment', async () => {
    const stage = await PullStage.open(bench);
    await stage.js.consumer(stage.stream, 'work', { deliver_subject: 'elsewhere' });
    const one = await stage.idlePuller({ ensure: async () => names(stage) });
    // the server refuses a request only after it has taken it
    const failures = await one.loop.start().then(
      () => [],
      (error: unknown) => [error],
    );
    const told = (): unknown[] => [...failures, ...one.told('missing').map(({ error }) => error)];
    await waitFor(() => told().length > 0, { timeoutMs: 3_000, what: 'the refusal' });
    expect(told()).toMatchObject([{ code: 'JETSTREAM_REFUSED' }]);
  });

  it('a consumer that comes to push is named once, until it pulls again', async () => {
    const stage = await PullStage.open(bench);
    const asked = await stage.requests();
    await stage.js.consumer(stage.stream, 'work');
    const one = await stage.idlePuller({ ensure: async () => names(stage), heartbeatMs: 100 });
    await one.loop.start();
    await stage.js.jsm.consumers.delete(stage.stream, 'work');
    await stage.js.consumer(stage.stream, 'work', { deliver_subject: 'elsewhere' });
    await waitFor(() => one.told('missing').length > 0, { what: 'the refusal' });
    const before = asked.length;
    await waitFor(() => asked.length > before + 3, { what: 'further attempts' });
    expect(one.told('missing')).toMatchObject([{ error: { code: 'JETSTREAM_REFUSED' } }]);
    expect(one.told('ready')).toHaveLength(1);
    await stage.js.jsm.consumers.delete(stage.stream, 'work');
    await stage.js.consumer(stage.stream, 'work');
    await waitFor(() => one.told('ready').length === 2, {
      timeoutMs: 3_000,
      what: 'the end of it',
    });
    await stage.publish(3);
    await one.until(3);
  });

  it('fails when it is stopped meanwhile', async () => {
    const stage = await PullStage.open(bench);
    const hold = gate();
    const one = await stage.idlePuller({
      ensure: async () => {
        await hold.wait();
        return names(stage);
      },
    });
    const failure = rejection(one.loop.start());
    await waitFor(hold.reached, { what: 'the start' });
    await one.loop.stop();
    hold.open();
    expect(await failure).toMatchObject({ code: 'CLOSED' });
  });

  it('follows a connection that is made anew after it was closed', async () => {
    const stage = await PullStage.open(bench);
    const one = await stage.puller();
    await one.connection.current!.close();
    await waitFor(() => one.connection.current === undefined, { what: 'the end' });
    await one.connection.connect();
    await stage.publish(5);
    await one.until(5);
    expect(one.refused).toEqual([]);
  });

  it('a line that breaks unseen by the server leaves no request that counts twice', async () => {
    const stage = await PullStage.open(bench);
    const [first, second] = [await proxy(), await proxy()];
    const shared = new SharedConnection({ servers: [first.url, second.url], noRandomize: true });
    shared.retain();
    await shared.connect();
    bench.own(() => shared.release());
    const one = new Puller(shared, names(stage), {
      concurrency: 5,
      handle: () => sleep(5),
      config: { ack_wait: 1_000_000_000 },
    });
    bench.own(() => one.loop.stop());
    await one.loop.start();
    // the server does not hear of the end, and holds on to what was asked for
    first.stall();
    await shared.current!.reconnect();
    await waitFor(() => second.connectionCount === 1, { what: 'the other line' });
    await stage.publish(200);
    await one.untilAll(200);
    expect(one.refused).toEqual([]);
    expect(one.mostAtOnce).toBeLessThanOrEqual(5);
  });

  async function proxy(): Promise<TcpProxy> {
    const made = await TcpProxy.start(bench.server.port);
    bench.own(() => made.close());
    return made;
  }
});
