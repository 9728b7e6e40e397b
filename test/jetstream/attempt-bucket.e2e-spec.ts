import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { NatsListenInfo, NatsStrategyOptions } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';

const BUCKET = 'KV_nestjs-nats-attempts';
const streams = [{ name: 'JOBS', subjects: ['jobs.>'] }];
const WORK = { stream: 'JOBS', durable: 'work' };

const bench = new NatsBench({ jetstream: true });
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

describe('the bucket for attempts', () => {
  let jsm: JetStreamManager;

  beforeEach(async () => {
    jsm = await jetstreamManager(await bench.peer());
    bench.own(async () => {
      for await (const { config } of jsm.streams.list()) await jsm.streams.delete(config.name);
    });
  });

  const listen = async (
    options: NatsStrategyOptions = {},
    consume: object = WORK,
  ): Promise<NatsListenInfo> => {
    const { app, strategy } = await bench.create([], { streams, ...options });
    await strategy.registerSubscriber('jobs.work', () => undefined, consume as typeof WORK);
    return (await app.listen()) as NatsListenInfo;
  };
  const names = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const { config } of jsm.streams.list()) found.push(config.name);
    return found;
  };

  it('is made at boot, before anything has failed, and is in the plan', async () => {
    const info = await listen();
    expect(info.streams).toContainEqual({ name: BUCKET, action: 'create', changes: [] });
    expect((await jsm.streams.info(BUCKET)).config).toMatchObject({
      max_msgs_per_subject: 1,
      deny_delete: true,
    });
  });

  it('is looked for by a service that makes nothing', async () => {
    await listen();
    await jsm.streams.delete(BUCKET);
    expect(await rejection(listen({ provision: 'verify' }))).toMatchObject({
      code: 'STREAM_NOT_FOUND',
      message:
        `There is no stream "${BUCKET}", which the option attemptLog needs. Nothing was changed. ` +
        "Create it, or set provision: 'create' to have it made.",
    });
    await listen({ provision: 'verify', attemptLog: false });
    await listen({ provision: 'off' });
    await listen({ provision: 'create' });
    await listen({ provision: 'verify' });
  });

  it("is everybody's to change, but for what a service has asked for", async () => {
    await listen();
    const { config } = await jsm.streams.info(BUCKET);
    await jsm.streams.update(BUCKET, { ...config, description: 'x', max_age: nanos(600_000) });
    await listen({ provision: 'verify' });
    const asked = listen({ provision: 'verify', attemptLog: { maxAgeMs: 900_000 } });
    expect(await rejection(asked)).toMatchObject({ code: 'STREAM_MISMATCH' });
  });

  it('is not made where nothing is tried again', async () => {
    await listen({}, { stream: 'JOBS', mode: 'ordered' });
    expect(await names()).toEqual(['JOBS']);
    await listen({ attemptLog: false });
    expect(await names()).not.toContain(BUCKET);
  });
});
