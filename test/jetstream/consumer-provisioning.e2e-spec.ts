import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type ConsumerConfig,
  jetstream,
  jetstreamManager,
  type JetStreamManager,
} from '@nats-io/jetstream';
import type { JetStreamApi } from '../../libs/nestjs-nats/src/jetstream/api/js-api.js';
import { resumedAfter } from '../../libs/nestjs-nats/src/jetstream/consumer/consumer-config.js';
import { findConsumer } from '../../libs/nestjs-nats/src/jetstream/consumer/find-consumer.js';
import { ensureConsumer } from '../../libs/nestjs-nats/src/jetstream/consumer/provision-consumer.js';
import { spec } from '../support/consumer-spec.js';
import { jetStreamApi } from '../support/jetstream-api.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { describeOnVersions } from '../support/server-versions.js';

const SECOND = 1_000_000_000;

describeOnVersions('consumers', (wanted) => {
  const bench = new NatsBench({ jetstream: true, ...wanted });
  let api: JetStreamApi;
  let jsm: JetStreamManager;

  beforeAll(() => bench.start());
  beforeEach(async () => {
    api = await jetStreamApi(bench);
    const peer = await bench.peer();
    jsm = await jetstreamManager(peer);
    await jsm.streams.add({ name: 'ORDERS', subjects: ['orders.>'] });
    await jsm.streams.add({ name: 'JOBS', subjects: ['jobs.>'], retention: 'workqueue' });
    const js = jetstream(peer);
    for (let i = 1; i <= 5; i++) await js.publish('orders.created', `${i}`);
  });
  afterEach(async () => {
    for await (const { config } of jsm.streams.list()) await jsm.streams.delete(config.name);
    await bench.clear();
  });
  afterAll(() => bench.stop());

  const read = async (name: string): Promise<ConsumerConfig> =>
    (await jsm.consumers.info('ORDERS', name)).config;

  it('makes a durable that is missing, and then keeps it', async () => {
    expect(await ensureConsumer(api, spec(), 'create')).toMatchObject({ action: 'create' });
    expect(await read('billing')).toMatchObject({
      durable_name: 'billing',
      ack_policy: 'explicit',
      filter_subject: 'orders.*',
      max_deliver: -1,
      max_ack_pending: -1,
    });
    for (const provision of ['create', 'update', 'verify', 'off'] as const) {
      expect(await ensureConsumer(api, spec(), provision)).toMatchObject({ action: 'keep' });
    }
  });

  it.each<[string, object, string[]]>([
    ['several filters', {}, ['orders.a', 'orders.b.>']],
    ['the last of each subject', { deliver: 'lastPerSubject' }, []],
    ['a time', { deliver: { since: new Date(1_700_000_000_123) } }, []],
    ['a sequence', { deliver: { sequence: 3 } }, []],
    [
      'settings of NATS',
      {
        consumer: {
          description: 'bills',
          max_waiting: 64,
          max_batch: 100,
          max_expires: 60 * SECOND,
          inactive_threshold: 3600 * SECOND,
          headers_only: true,
          mem_storage: true,
          num_replicas: 1,
          replay_policy: 'original',
          sample_freq: '50%',
          metadata: { team: 'shop' },
        },
      },
      [],
    ],
    ['a consumer of this process', { mode: 'broadcast' }, []],
    ['an ordered one', { mode: 'ordered' }, ['orders.a', 'orders.b']],
  ])('knows what it has made again: %s', async (_, extras, filters) => {
    const one = spec(extras, ...filters);
    expect(await ensureConsumer(api, one, 'create')).toMatchObject({ action: 'create' });
    expect(await ensureConsumer(api, one, 'verify')).toMatchObject({ action: 'keep' });
  });

  it('create: refuses what differs, and changes nothing', async () => {
    await ensureConsumer(api, spec(), 'create');
    const error = await rejection(
      ensureConsumer(api, spec({ ackWaitMs: 60_000 }, 'orders.a', 'orders.b'), 'create'),
    );
    expect(error).toMatchObject({
      code: 'CONSUMER_MISMATCH',
      message: expect.stringMatching(
        /filter_subjects: wanted "orders.a", "orders.b", there is "orders.\*"; ack_wait: wanted 1m, there is 30s\. Nothing was changed\. Set provision/,
      ),
      details: { stream: 'ORDERS', consumer: 'billing' },
    });
    expect(await read('billing')).toMatchObject({ ack_wait: 30 * SECOND });
  });

  it('update: changes what can be changed, and the position stays', async () => {
    await ensureConsumer(api, spec(), 'create');
    const consumer = await jetstream(await bench.peer()).consumers.get('ORDERS', 'billing');
    const message = await consumer.next();
    await message?.ackAck();
    await jsm.consumers.update('ORDERS', 'billing', { metadata: { owner: 'ops' } });
    const changed = spec(
      { ackWaitMs: 60_000, consumer: { metadata: { team: 'shop' } } },
      'orders.created',
      'orders.paid',
    );
    expect(await ensureConsumer(api, changed, 'update')).toMatchObject({ action: 'update' });
    const info = await jsm.consumers.info('ORDERS', 'billing');
    expect(info.config).toMatchObject({
      ack_wait: 60 * SECOND,
      filter_subjects: ['orders.created', 'orders.paid'],
      metadata: { owner: 'ops', team: 'shop' },
    });
    expect(info.ack_floor.stream_seq).toBe(1);
    expect(await ensureConsumer(api, changed, 'verify')).toMatchObject({ action: 'keep' });
    expect(await ensureConsumer(api, spec(), 'update')).toMatchObject({ action: 'update' });
  });

  it.each<[Partial<ConsumerConfig>, object]>([
    [{ ack_policy: 'all' }, {}],
    [{ deliver_subject: 'push.here' }, {}],
    [{}, { consumer: { max_waiting: 5 } }],
    [{}, { consumer: { replay_policy: 'original' } }],
  ])('update: refuses what the server would refuse too: %j to %j', async (there, extras) => {
    const { config } = spec();
    await jsm.consumers.add('ORDERS', { ...config, ...there });
    expect(await rejection(ensureConsumer(api, spec(extras), 'update'))).toMatchObject({
      code: 'CONSUMER_MISMATCH',
      message: expect.stringContaining('What cannot be changed'),
    });
  });

  it('goes on with a durable where it was, wherever a new one would begin', async () => {
    await ensureConsumer(api, spec({ deliver: 'new' }), 'create');
    expect(await ensureConsumer(api, spec({ deliver: 'all' }), 'create')).toMatchObject({
      action: 'keep',
    });
    expect((await read('billing')).deliver_policy).toBe('new');
  });

  it('verify: makes nothing', async () => {
    expect(await rejection(ensureConsumer(api, spec(), 'verify'))).toMatchObject({
      code: 'CONSUMER_NOT_FOUND',
      details: { stream: 'ORDERS', consumer: 'billing' },
    });
    expect(await findConsumer(api, 'ORDERS', 'billing')).toBeUndefined();
  });

  it('off: looks at no durable, and makes one for this process', async () => {
    expect(await ensureConsumer(api, spec(), 'off')).toMatchObject({ action: 'keep' });
    expect(await findConsumer(api, 'ORDERS', 'billing')).toBeUndefined();
    const own = spec({ mode: 'broadcast' });
    expect(await ensureConsumer(api, own, 'off')).toMatchObject({ action: 'create' });
    expect(await findConsumer(api, 'ORDERS', own.name)).toBeDefined();
  });

  it('lets many processes make a durable at once', async () => {
    const apis = await Promise.all(Array.from({ length: 10 }, () => jetStreamApi(bench)));
    await Promise.all(apis.map((each) => ensureConsumer(each, spec(), 'create')));
    await Promise.all(
      apis.map((each) => ensureConsumer(each, spec({ ackWaitMs: 60_000 }), 'update')),
    );
    expect((await read('billing')).ack_wait).toBe(60 * SECOND);
  });

  it('looks again when somebody else was faster with other options', async () => {
    const others = await jetStreamApi(bench);
    const description = spec({ consumer: { description: 'x' } });
    const both = await Promise.allSettled([
      ensureConsumer(api, spec({ consumer: { sample_freq: '5%' } }), 'update'),
      ensureConsumer(others, description, 'update'),
    ]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(await read('billing')).toMatchObject({ description: 'x', sample_freq: '5%' });
  });

  it('F27: makes a consumer of this process anew behind what it has had', async () => {
    const own = spec({ mode: 'broadcast' });
    await ensureConsumer(api, own, 'create');
    expect((await jsm.consumers.info('ORDERS', own.name)).num_pending).toBe(0);
    // one that is still there stays where it is
    expect(await ensureConsumer(api, resumedAfter(own, 2), 'create')).toMatchObject({
      action: 'keep',
    });
    await jsm.consumers.delete('ORDERS', own.name);
    expect(await ensureConsumer(api, resumedAfter(own, 2), 'create')).toMatchObject({
      action: 'create',
    });
    expect((await jsm.consumers.info('ORDERS', own.name)).num_pending).toBe(3);
  });

  it('tells of a stream that is not there', async () => {
    const error = await rejection(ensureConsumer(api, spec({ stream: 'NOPE' }), 'create'));
    expect(error).toMatchObject({
      code: 'STREAM_NOT_FOUND',
      message:
        'There is no stream "NOPE" to consume "orders.*" from. Declare it in streams, or create it ' +
        'by other means.',
      details: { stream: 'NOPE' },
    });
  });

  it('tells of a pattern that no message of the stream can match', async () => {
    const error = await rejection(ensureConsumer(api, spec({}, 'order.*'), 'create'));
    expect(error).toMatchObject({
      code: 'STREAM_NOT_FOUND',
      message: expect.stringContaining(
        'The stream "ORDERS" takes no message of "order.*": its subjects are "orders.>".',
      ),
      details: { subject: 'order.*' },
    });
    expect(await findConsumer(api, 'ORDERS', 'billing')).toBeUndefined();
  });

  it('asks nothing of subjects of streams that are filled from elsewhere', async () => {
    await jsm.streams.add({ name: 'COPY', mirror: { name: 'ORDERS' } });
    await ensureConsumer(api, spec({ stream: 'COPY' }), 'create');
    await jsm.streams.add({
      name: 'RENAMED',
      subjects: ['raw.*'],
      subject_transform: { src: 'raw.*', dest: 'fine.{{wildcard(1)}}' },
    });
    await ensureConsumer(api, spec({ stream: 'RENAMED' }, 'fine.*'), 'create');
    expect(await findConsumer(api, 'RENAMED', 'billing')).toBeDefined();
  });

  describe('of a work queue', () => {
    const job = (extras: object, ...filters: string[]) =>
      spec({ stream: 'JOBS', ...extras }, ...filters);

    it('names the consumer that takes the same messages', async () => {
      await ensureConsumer(api, job({ durable: 'mail' }, 'jobs.mail.*'), 'create');
      await ensureConsumer(api, job({ durable: 'other' }, 'jobs.other'), 'create');
      const error = await rejection(
        ensureConsumer(api, job({ durable: 'all' }, 'jobs.mail.>', 'jobs.x'), 'create'),
      );
      expect(error).toMatchObject({
        code: 'CONSUMER_MISMATCH',
        message: expect.stringMatching(
          /In a work queue each message belongs to one consumer, and some of these belong to "mail" \("jobs\.mail\.\*"\)\.$/,
        ),
        details: { stream: 'JOBS', consumer: 'all' },
      });
    });

    it.each(['broadcast', 'ordered'])('is refused in mode %s', async (mode) => {
      expect(await rejection(ensureConsumer(api, job({ mode }, 'jobs.a'), 'create'))).toMatchObject(
        {
          code: 'INVALID_OPTIONS',
          message: expect.stringContaining("its handlers need mode: 'durable'"),
        },
      );
    });

    it('begins at the beginning', async () => {
      const late = job({ deliver: 'new' }, 'jobs.a');
      expect(await rejection(ensureConsumer(api, late, 'create'))).toMatchObject({
        code: 'INVALID_OPTIONS',
        message: expect.stringContaining("needs deliver: 'all'"),
      });
    });
  });
});
