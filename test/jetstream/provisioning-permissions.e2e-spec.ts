import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deleteConsumer } from '../../libs/nestjs-nats/src/jetstream/consumer/consumer-admin.js';
import { ensureConsumer } from '../../libs/nestjs-nats/src/jetstream/consumer/provision-consumer.js';
import { ensureStreams } from '../../libs/nestjs-nats/src/jetstream/stream/provision-streams.js';
import { spec } from '../support/consumer-spec.js';
import { jetStreamApi } from '../support/jetstream-api.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';

// as docs/guides/streams.md lists them
const LOOK = ['STREAM.INFO.ORDERS', 'CONSUMER.INFO.ORDERS.billing'];
const MAKE = ['STREAM.CREATE.ORDERS', 'STREAM.UPDATE.ORDERS', 'CONSUMER.CREATE.ORDERS.billing'];
const EPHEMERAL = ['INFO', 'CREATE', 'DELETE'].map((verb) => `CONSUMER.${verb}.ORDERS.*`);

const user = (name: string, operations: readonly string[]): string => {
  const allowed = operations.map((operation) => `"$JS.API.${operation}"`).join(', ');
  return `{ user: ${name}, password: x, permissions: { publish: { allow: [${allowed}] } } }`;
};

const bench = new NatsBench({
  jetstream: true,
  config: `authorization { users: [
    { user: admin, password: x }
    ${user('maker', [...LOOK, ...MAKE])}
    ${user('looker', LOOK)}
    ${user('listener', ['STREAM.INFO.ORDERS', ...EPHEMERAL])}
  ] }`,
});
const apiOf = (name: string) =>
  jetStreamApi(bench, { apiTimeoutMs: 2_000 }, { user: name, pass: 'x' });
const ORDERS = { name: 'ORDERS', subjects: ['orders.>'] };

describe('credentials that may do only what is listed', () => {
  beforeAll(() => bench.start());
  afterAll(() => bench.stop());

  it('make streams and durables, change them, look at them, and consume without a durable', async () => {
    const maker = await apiOf('maker');
    await ensureStreams(maker, [ORDERS], 'create');
    await ensureStreams(maker, [{ ...ORDERS, max_msgs: 5 }], 'update');
    await ensureConsumer(maker, spec(), 'create');
    await ensureConsumer(maker, spec({ ackWaitMs: 60_000 }), 'update');

    const looker = await apiOf('looker');
    const same = { ...ORDERS, max_msgs: 5 };
    expect(await ensureStreams(looker, [same], 'verify')).toMatchObject([{ action: 'keep' }]);
    expect(await ensureConsumer(looker, spec({ ackWaitMs: 60_000 }), 'verify')).toMatchObject({
      action: 'keep',
    });
    expect(
      await rejection(ensureStreams(looker, [ORDERS, { ...ORDERS, name: 'NEW' }], 'create')),
    ).toMatchObject({
      code: 'PERMISSION_DENIED',
      message: expect.stringContaining('Cannot read the stream "NEW"'),
    });

    const listener = await apiOf('listener');
    const own = spec({ mode: 'broadcast' });
    expect(await ensureConsumer(listener, own, 'verify')).toMatchObject({ action: 'create' });
    await deleteConsumer(listener, 'ORDERS', own.name);
  });

  it('hear of a refusal also if they may not ask who is in the way', async () => {
    await ensureStreams(await apiOf('admin'), [{ name: 'OTHER', subjects: ['taken'] }], 'create');
    const greedy = { ...ORDERS, subjects: ['orders.>', 'taken'] };
    const maker = await apiOf('maker');
    expect(await rejection(ensureStreams(maker, [greedy], 'update'))).toMatchObject({
      code: 'STREAM_MISMATCH',
      message: expect.stringMatching(/subjects overlap with an existing stream" \(10065\)\.$/),
    });
  });
});
