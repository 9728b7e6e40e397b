import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import type { JetStreamApi } from '../../libs/nestjs-nats/src/jetstream/api/js-api.js';
import {
  deleteConsumer,
  pauseConsumer,
  resumeConsumer,
} from '../../libs/nestjs-nats/src/jetstream/consumer/consumer-admin.js';
import { findConsumer } from '../../libs/nestjs-nats/src/jetstream/consumer/find-consumer.js';
import { ensureConsumer } from '../../libs/nestjs-nats/src/jetstream/consumer/provision-consumer.js';
import { spec } from '../support/consumer-spec.js';
import { jetStreamApi } from '../support/jetstream-api.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { SERVER_VERSIONS } from '../support/server-versions.js';

describe('a consumer by its name', () => {
  const bench = new NatsBench({ jetstream: true, ...SERVER_VERSIONS.newest });
  let api: JetStreamApi;
  beforeAll(async () => {
    await bench.start();
    const jsm = await jetstreamManager(await bench.peer());
    await jsm.streams.add({ name: 'ORDERS', subjects: ['orders.>'] });
    api = await jetStreamApi(bench);
  });
  afterAll(() => bench.stop());

  it('deletes one, and says when there is none', async () => {
    await ensureConsumer(api, spec(), 'create');
    await deleteConsumer(api, 'ORDERS', 'billing');
    expect(await findConsumer(api, 'ORDERS', 'billing')).toBeUndefined();
    expect(await rejection(deleteConsumer(api, 'ORDERS', 'billing'))).toMatchObject({
      code: 'CONSUMER_NOT_FOUND',
      message: expect.stringContaining(
        'Cannot delete the consumer "billing" of the stream "ORDERS"',
      ),
    });
  });

  it('a durable is paused and resumed', async () => {
    await ensureConsumer(api, spec(), 'create');
    const until = new Date(Date.now() + 3_600_000);
    expect(await pauseConsumer(api, 'ORDERS', 'billing', until)).toEqual({ paused: true, until });
    expect((await findConsumer(api, 'ORDERS', 'billing'))?.paused).toBe(true);
    // a restart meanwhile leaves it paused
    expect(await ensureConsumer(api, spec(), 'create')).toMatchObject({ action: 'keep' });
    const changed = spec({ ackWaitMs: 60_000 });
    expect(await ensureConsumer(api, changed, 'update')).toMatchObject({ action: 'update' });
    expect((await findConsumer(api, 'ORDERS', 'billing'))?.paused).toBe(true);
    expect(await resumeConsumer(api, 'ORDERS', 'billing')).toEqual({
      paused: false,
      until: undefined,
    });
    expect((await findConsumer(api, 'ORDERS', 'billing'))?.paused).toBeFalsy();
  });

  it('a durable that is not there is not paused', async () => {
    const paused = pauseConsumer(api, 'ORDERS', 'nobody', new Date());
    expect(await rejection(paused)).toMatchObject({
      code: 'CONSUMER_NOT_FOUND',
      message: expect.stringContaining('Cannot pause the consumer "nobody" of the stream "ORDERS"'),
    });
  });
});

describe('F29: on a server that cannot pause', () => {
  const bench = new NatsBench({ jetstream: true, ...SERVER_VERSIONS.oldest });
  beforeAll(() => bench.start());
  afterAll(() => bench.stop());

  it('pausing is refused', async () => {
    const api = await jetStreamApi(bench);
    expect(await rejection(pauseConsumer(api, 'ORDERS', 'billing', new Date()))).toMatchObject({
      code: 'SERVER_TOO_OLD',
      details: { feature: 'consumerPause' },
    });
  });
});
