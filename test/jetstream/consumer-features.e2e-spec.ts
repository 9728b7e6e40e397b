import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import type { JetStreamApi } from '../../libs/nestjs-nats/src/jetstream/api/js-api.js';
import { findConsumer } from '../../libs/nestjs-nats/src/jetstream/consumer/find-consumer.js';
import { ensureConsumer } from '../../libs/nestjs-nats/src/jetstream/consumer/provision-consumer.js';
import { spec } from '../support/consumer-spec.js';
import { jetStreamApi } from '../support/jetstream-api.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { SERVER_VERSIONS } from '../support/server-versions.js';

async function start(bench: NatsBench): Promise<void> {
  await bench.start();
  const jsm = await jetstreamManager(await bench.peer());
  await jsm.streams.add({ name: 'ORDERS', subjects: ['orders.>'] });
}

describe('on a server that has it', () => {
  const bench = new NatsBench({ jetstream: true, ...SERVER_VERSIONS.newest });
  let api: JetStreamApi;
  beforeAll(async () => {
    await start(bench);
    api = await jetStreamApi(bench);
  });
  afterAll(() => bench.stop());

  it('one process at a time is the active one', async () => {
    const durable = 'single';
    const single = spec({ durable, singleActive: true, ackWaitMs: 1_000 });
    const shared = spec({ durable, ackWaitMs: 1_000 });
    expect(await ensureConsumer(api, single, 'create')).toMatchObject({ action: 'create' });
    expect(await ensureConsumer(api, single, 'verify')).toMatchObject({ action: 'keep' });
    expect(await ensureConsumer(api, shared, 'update')).toMatchObject({ action: 'update' });
    expect(await ensureConsumer(api, shared, 'verify')).toMatchObject({ action: 'keep' });
    expect(await ensureConsumer(api, single, 'update')).toMatchObject({ action: 'update' });
  });
});

describe('F29: on a server that would ignore it', () => {
  const bench = new NatsBench({
    ...SERVER_VERSIONS.oldest,
    config: 'jetstream { domain: "hub" }',
  });
  let api: JetStreamApi;
  beforeAll(async () => {
    await start(bench);
    api = await jetStreamApi(bench);
  });
  afterAll(() => bench.stop());

  it('singleActive is refused', async () => {
    const single = spec({ singleActive: true });
    expect(await rejection(ensureConsumer(api, single, 'create'))).toMatchObject({
      code: 'SERVER_TOO_OLD',
      message: expect.stringMatching(
        /^Cannot make the consumer "billing" of the stream "ORDERS": singleActive needs nats-server 2\.11, and the server is 2\.10\./,
      ),
      details: { feature: 'priorityGroups', needed: '2.11' },
    });
    expect(await findConsumer(api, 'ORDERS', 'billing')).toBeUndefined();
  });

  it('singleActive is missed when the version was not known', async () => {
    const hub = await jetStreamApi(bench, { domain: 'hub' });
    const single = spec({ durable: 'elsewhere', singleActive: true });
    expect(await rejection(ensureConsumer(hub, single, 'create'))).toMatchObject({
      code: 'SERVER_TOO_OLD',
      message: expect.stringContaining('needs nats-server 2.11, and the server is older'),
    });
  });

  it('a consumer that begins paused is refused', async () => {
    const paused = spec({ consumer: { pause_until: '2030-01-01T00:00:00Z' } });
    expect(await rejection(ensureConsumer(api, paused, 'create'))).toMatchObject({
      code: 'SERVER_TOO_OLD',
      details: { feature: 'consumerPause' },
    });
  });
});
