import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import {
  jetstreamManager,
  type JetStreamManager,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream';
import type { JetStreamApi } from '../../libs/nestjs-nats/src/jetstream/api/js-api.js';
import { ensureStreams } from '../../libs/nestjs-nats/src/jetstream/stream/provision-streams.js';
import type {
  Provision,
  StreamDeclaration,
} from '../../libs/nestjs-nats/src/jetstream/stream/stream-declaration.js';
import { jetStreamApi } from '../support/jetstream-api.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { describeOnVersions } from '../support/server-versions.js';
import { waitFor } from '../support/wait-for.js';

const SECOND = 1_000_000_000;
const HOUR = 3600 * SECOND;

/** How old its first message is, in milliseconds. */
const age = ({ state }: StreamInfo): number => Date.now() - Date.parse(state.first_ts);

const ORDERS: StreamDeclaration = { name: 'ORDERS', subjects: ['orders.>', 'invoices.*'] };

describeOnVersions('streams', (wanted, serverAge) => {
  const bench = new NatsBench({ jetstream: true, ...wanted });
  let api: JetStreamApi;
  let jsm: JetStreamManager;

  beforeAll(() => bench.start());
  beforeEach(async () => {
    api = await jetStreamApi(bench);
    jsm = await jetstreamManager(await bench.peer());
  });
  afterEach(async () => {
    for await (const { config } of jsm.streams.list()) await jsm.streams.delete(config.name);
    await bench.clear();
  });
  afterAll(() => bench.stop());

  const ensure = (provision: Provision, ...streams: StreamDeclaration[]) =>
    ensureStreams(api, streams, provision);
  const actions = async (provision: Provision, ...streams: StreamDeclaration[]) =>
    (await ensure(provision, ...streams)).map(({ action }) => action);
  const read = async (name: string): Promise<StreamConfig> => (await jsm.streams.info(name)).config;
  const names = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const name of jsm.streams.names()) found.push(name);
    return found.toSorted();
  };

  it('makes what is missing, as the server would by itself, and then keeps it', async () => {
    expect(await actions('create', ORDERS)).toEqual(['create']);
    expect(await read('ORDERS')).toMatchObject({
      subjects: ['orders.>', 'invoices.*'],
      storage: 'file',
      discard: 'old',
      max_bytes: -1,
      num_replicas: 1,
    });
    for (const provision of ['create', 'update', 'verify'] as const) {
      expect(await actions(provision, ORDERS)).toEqual(['keep']);
    }
  });

  it.each<[string, Partial<StreamDeclaration>]>([
    ['limits', { max_age: HOUR, max_msgs: 10, max_bytes: 1_000_000, max_msg_size: 1000 }],
    ['a short age', { max_age: SECOND }],
    ['no limits', { max_age: 0, max_msgs: 0, max_bytes: -1, duplicate_window: 0 }],
    ['a work queue', { retention: 'workqueue', storage: 'memory' }],
    ['interest', { retention: 'interest', compression: 's2', description: 'what is sold' }],
    ['flags', { allow_direct: true, deny_delete: true, no_ack: false, allow_rollup_hdrs: true }],
    [
      'a limit per subject',
      { max_msgs_per_subject: 1, discard: 'new', discard_new_per_subject: true },
    ],
    ['a republish', { republish: { src: '', dest: 'copies.>' } }],
    ['a transform', { subject_transform: { src: 'orders.>', dest: 'sales.>' } }],
    ['a placement', { placement: { cluster: '', tags: [] }, metadata: { team: 'shop' } }],
    ['limits of consumers', { consumer_limits: { inactive_threshold: HOUR, max_ack_pending: 9 } }],
    ['a first sequence', { first_seq: 100, duplicate_window: 30 * SECOND, max_consumers: 5 }],
    [
      'sources',
      {
        sources: [
          { name: 'B', domain: 'hub' },
          { name: 'A', opt_start_time: '2020-01-01T00:00:00.000Z' },
        ],
      },
    ],
  ])('knows what it has made again: %s', async (_name, settings) => {
    const stream = { ...ORDERS, ...settings };
    expect(await actions('create', stream)).toEqual(['create']);
    expect(await actions('verify', stream)).toEqual(['keep']);
  });

  it('knows a mirror again', async () => {
    const mirror: StreamDeclaration = { name: 'COPY', subjects: [], mirror: { name: 'ORDERS' } };
    expect(await actions('create', ORDERS, mirror)).toEqual(['create', 'create']);
    expect(await actions('update', mirror)).toEqual(['keep']);
  });

  it('F10: makes a work queue that refuses messages when it is full', async () => {
    await ensure('create', { name: 'JOBS', subjects: ['jobs'], retention: 'workqueue' });
    expect(await read('JOBS')).toMatchObject({ discard: 'new', max_msgs: -1, max_bytes: -1 });
  });

  it('create: refuses what differs, with all of it, and touches no stream', async () => {
    await jsm.streams.add({ ...ORDERS, subjects: ['orders.>'], max_age: 2 * HOUR });
    const error = await rejection(
      ensure('create', { name: 'NEW', subjects: ['new'] }, { ...ORDERS, max_age: HOUR }),
    );
    expect(error).toMatchObject({
      code: 'STREAM_MISMATCH',
      message: expect.stringContaining(
        'The stream "ORDERS" is not as declared: subjects: wanted "orders.>", "invoices.*", ' +
          'there is "orders.>"; max_age: wanted 1h, there is 2h. Nothing was changed.',
      ),
      details: { streams: ['ORDERS'] },
    });
    expect(await names()).toEqual(['ORDERS']);
    expect((await read('ORDERS')).max_age).toBe(2 * HOUR);
  });

  it('update: changes what differs, and keeps what others have set', async () => {
    await jsm.streams.add({
      ...ORDERS,
      subjects: ['orders.>'],
      max_msgs: 7,
      allow_direct: true,
      metadata: { team: 'x', owner: 'ops' },
    });
    const stream = { ...ORDERS, max_age: SECOND, metadata: { team: 'shop' } };
    const [planned] = await ensure('update', stream);
    expect(planned).toMatchObject({ action: 'update' });
    expect(planned!.diffs.map(({ field }) => field).toSorted()).toEqual([
      'max_age',
      'metadata.team',
      'subjects',
    ]);
    expect(await read('ORDERS')).toMatchObject({
      subjects: ['orders.>', 'invoices.*'],
      max_age: SECOND,
      max_msgs: 7,
      allow_direct: true,
      metadata: { team: 'shop', owner: 'ops' },
    });
    expect(await actions('verify', stream)).toEqual(['keep']);
  });

  it.each<[Partial<StreamDeclaration>, Partial<StreamDeclaration>]>([
    [{}, { storage: 'memory' }],
    [{ retention: 'workqueue' }, { retention: 'limits' }],
    [{}, { retention: 'workqueue', discard: 'old' }],
    [{ deny_delete: true }, { deny_delete: false }],
    [{ deny_purge: true }, { deny_purge: false }],
  ])('update: refuses what the server would refuse too: %j to %j', async (before, after) => {
    await ensure('create', { ...ORDERS, ...before });
    expect(await rejection(ensure('update', { ...ORDERS, ...after }))).toMatchObject({
      code: 'STREAM_MISMATCH',
      message: expect.stringContaining('What cannot be changed'),
    });
    const there = await read('ORDERS');
    await expect(jsm.streams.update('ORDERS', { ...there, ...after } as never)).rejects.toThrow(
      /can not/,
    );
  });

  it.each<[Partial<StreamDeclaration>, RegExp]>([
    [{ max_msgs: 3 }, /max_msgs: wanted 3, there is no limit \(the oldest 2 messages would be/],
    [{ max_bytes: 10 }, /max_bytes: .* \(it holds \d+ bytes/],
    [{ max_msgs_per_subject: 1 }, /max_msgs_per_subject: .* \(a subject may have more/],
    [{ max_age: SECOND / 10 }, /max_age: .* \(the oldest messages would be dropped\)/],
    [{ retention: 'interest' }, /retention: .* \(of its 5 messages all that no consumer waits for/],
  ])('update: refuses %j, which would delete messages', async (change, why) => {
    await ensure('create', ORDERS);
    const peer = await bench.peer();
    for (let i = 0; i < 5; i++) await peer.request('orders.x');
    await waitFor(async () => age(await jsm.streams.info('ORDERS')) > 100, {
      what: 'messages of that age',
    });
    expect(await rejection(ensure('update', { ...ORDERS, ...change }))).toMatchObject({
      code: 'STREAM_MISMATCH',
      message: expect.stringMatching(why),
    });
    expect((await jsm.streams.info('ORDERS')).state.messages).toBe(5);
    // an old server deletes these later, when something else happens
    if (serverAge === 'oldest' && ('retention' in change || 'max_msgs_per_subject' in change))
      return;
    const there = await read('ORDERS');
    await jsm.streams.update('ORDERS', {
      ...there,
      ...change,
      duplicate_window: SECOND / 10,
    } as never);
    await waitFor(async () => (await jsm.streams.info('ORDERS')).state.messages < 5, {
      what: 'messages to go',
    });
  });

  it('says what it has done before the server refused something', async () => {
    const greedy: StreamDeclaration = { name: 'GREEDY', subjects: ['g'], num_replicas: 3 };
    expect(await rejection(ensure('create', ORDERS, greedy))).toMatchObject({
      code: 'JETSTREAM_REFUSED',
      message: expect.stringMatching(/"GREEDY".* Done before that: "ORDERS" \(created\)\.$/),
      details: { done: ['ORDERS'] },
    });
    expect(await names()).toEqual(['ORDERS']);
  });

  it('verify: makes nothing', async () => {
    expect(await rejection(ensure('verify', ORDERS))).toMatchObject({
      code: 'STREAM_NOT_FOUND',
      details: { streams: ['ORDERS'] },
    });
    expect(await names()).toEqual([]);
  });

  it('off: looks at nothing', async () => {
    expect(await ensure('off', ORDERS)).toEqual([]);
    expect(await names()).toEqual([]);
  });

  it('names the stream that takes the same subjects', async () => {
    await ensure('create', { name: 'OTHER', subjects: ['invoices.>'] });
    expect(await rejection(ensure('create', ORDERS))).toMatchObject({
      code: 'STREAM_MISMATCH',
      message: expect.stringMatching(/Other streams take: "invoices\.\*" \(OTHER\)\.$/),
      details: { owners: [{ subject: 'invoices.*', streams: ['OTHER'] }] },
    });
  });

  it('tells of what the server alone can refuse', async () => {
    expect(await rejection(ensure('create', { ...ORDERS, num_replicas: 3 }))).toMatchObject({
      code: 'JETSTREAM_REFUSED',
      message: expect.stringContaining('Cannot create the stream "ORDERS"'),
      details: { apiCode: 10_074 },
    });
  });

  it('lets many processes make the same streams at once', async () => {
    const streams: StreamDeclaration[] = Array.from({ length: 5 }, (_each, i) => ({
      name: `S${i}`,
      subjects: [`s.${i}`],
      max_age: HOUR,
      metadata: { n: `${i}` },
    }));
    const apis = await Promise.all(Array.from({ length: 8 }, () => jetStreamApi(bench)));
    await Promise.all(apis.map((each) => ensureStreams(each, streams, 'create')));
    expect(await names()).toEqual(streams.map(({ name }) => name));
    await Promise.all(
      apis.map((each) =>
        ensureStreams(
          each,
          streams.map((stream) => ({ ...stream, max_age: 2 * HOUR })),
          'update',
        ),
      ),
    );
    expect((await read('S4')).max_age).toBe(2 * HOUR);
  });

  it('looks again when somebody else was faster with another declaration', async () => {
    const mine = await jetStreamApi(bench);
    const others = await jetStreamApi(bench);
    const both = await Promise.allSettled([
      ensureStreams(mine, [{ ...ORDERS, max_msgs: 5 }], 'update'),
      ensureStreams(others, [{ ...ORDERS, description: 'x' }], 'update'),
    ]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(await read('ORDERS')).toMatchObject({ max_msgs: 5, description: 'x' });
  });
});
