import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { NatsStrategy, type NatsStrategyOptions } from 'nestjs-nats';
import { connections } from '../support/monitoring.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { waitFor } from '../support/wait-for.js';

const bench = new NatsBench({ jetstream: true });
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const streams = [{ name: 'JOBS', subjects: ['jobs.>'] }];

describe('F11: a consumer that others own', () => {
  it('has what the server gives up kept as a dead letter', async () => {
    const peer = await bench.peer();
    const jsm = await jetstreamManager(peer);
    await jsm.streams.add({ name: 'JOBS', subjects: ['jobs.>'] });
    await jsm.consumers.add('JOBS', {
      durable_name: 'legacy',
      ack_policy: 'explicit',
      max_deliver: 2,
    });
    await bench.listen([], { streams, givenUpBy: [{ stream: 'JOBS', consumer: 'legacy' }] });
    const js = jetstream(peer);
    await js.publish('jobs.one', 'precious');
    const consumer = await js.consumers.get('JOBS', 'legacy');
    for (let n = 0; n < 3; n++) (await consumer.next({ expires: 1_000 }))?.nak();
    const kept = async (): Promise<Record<string, number>> =>
      (await jsm.streams.info('DEAD_LETTERS', { subjects_filter: '>' })).state.subjects ?? {};
    await waitFor(async () => (await kept())['dead.JOBS.legacy'] === 1, {
      what: 'the dead letter',
    });
  });

  it('is listened to once, however many handlers are added later', async () => {
    const givenUpBy = [{ stream: 'JOBS', consumer: 'legacy' }];
    const { app, strategy } = await bench.create([], { streams, givenUpBy });
    await app.listen();
    for (const durable of ['a', 'b']) {
      await strategy.registerSubscriber(`jobs.${durable}`, () => undefined, {
        stream: 'JOBS',
        durable,
      });
    }
    const advisories = async (): Promise<string[]> =>
      (await connections(bench.server))
        .flatMap(({ subscriptions_list = [] }) => subscriptions_list)
        .filter((subject) => subject.includes('MAX_DELIVERIES'));
    expect(await advisories()).toHaveLength(1);
    await app.close();
    expect(await advisories()).toEqual([]);
  });

  it('is checked at boot', () => {
    const wrong = (): unknown =>
      new NatsStrategy({ givenUpBy: [{ stream: 'a.b', consumer: '' }], deadLetters: undefined });
    expect(wrong).toThrow(/givenUpBy\[0\]\.stream: .*givenUpBy\[0\]\.consumer: /);
    const none = (): unknown =>
      new NatsStrategy({ givenUpBy: [{ stream: 'a', consumer: 'b' }], deadLetters: false });
    expect(none).toThrow('givenUpBy: there are no dead letters');
  });
});

describe('the stream of dead letters', () => {
  const work = { stream: 'JOBS', durable: 'work' };
  const listen = async (options: NatsStrategyOptions): Promise<void> => {
    const { app, strategy } = await bench.create([], { streams, ...options });
    await strategy.registerSubscriber('jobs.work', () => undefined, work);
    await app.listen();
  };

  it("is everybody's to change, but for what a service has asked for", async () => {
    await listen({});
    const jsm = await jetstreamManager(await bench.peer());
    const { config } = await jsm.streams.info('DEAD_LETTERS');
    const theirs = { description: 'ours', max_age: nanos(600_000), duplicate_window: nanos(5_000) };
    await jsm.streams.update('DEAD_LETTERS', { ...config, ...theirs, discard: 'old' });
    for (const provision of ['create', 'verify', 'update'] as const) await listen({ provision });
    expect((await jsm.streams.info('DEAD_LETTERS')).config).toMatchObject(theirs);
    await listen({ deadLetters: { maxAgeMs: 600_000 } });
    const other = listen({ deadLetters: { maxAgeMs: 900_000 } });
    expect(await rejection(other)).toMatchObject({
      code: 'STREAM_MISMATCH',
      message: expect.stringContaining('max_age'),
    });
  });
});

describe('a handler of the dead letters themselves', () => {
  it('must say where its own dead letters go', async () => {
    const { app, strategy } = await bench.create([], { streams });
    const options = { stream: 'DEAD_LETTERS', durable: 'watch' };
    await strategy.registerSubscriber('dead.>', () => undefined, options);
    expect(await rejection(app.listen())).toMatchObject({
      code: 'INVALID_OPTIONS',
      message: expect.stringContaining('its own dead letters would go'),
    });
  });

  it('may drop them', async () => {
    const { app, strategy } = await bench.create([], { streams });
    const options = { stream: 'DEAD_LETTERS', durable: 'watch', deadLetter: false as const };
    await strategy.registerSubscriber('dead.>', () => undefined, options);
    await strategy.registerSubscriber('jobs.x', () => undefined, {
      stream: 'JOBS',
      durable: 'x',
    });
    await expect(app.listen()).resolves.toMatchObject({
      consumers: expect.arrayContaining([expect.objectContaining({ stream: 'DEAD_LETTERS' })]),
    });
  });
});
