import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { NatsListenInfo } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';

const bench = new NatsBench({ jetstream: true });
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

async function warningsWith(name: string, no_ack: boolean): Promise<readonly string[]> {
  const streams = [{ name, subjects: [`${name}.>`], no_ack }];
  const { app, strategy } = await bench.create([], { streams });
  await strategy.registerSubscriber(`${name}.quote`, () => 'ours', { respond: true });
  const info = (await app.listen()) as unknown as NatsListenInfo;
  return info.warnings;
}

it('listen() warns of requests that a declared stream answers', async () => {
  expect(await warningsWith('shop', false)).toEqual([
    expect.stringContaining('stores requests on "shop.quote"'),
  ]);
});

it('listen() does not if the stream has no_ack: the handler is who answers', async () => {
  expect(await warningsWith('quiet', true)).toEqual([]);
  expect(await bench.client().request('quiet.quote', 1)).toBe('ours');
});
