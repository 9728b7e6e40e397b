import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Controller, type Type } from '@nestjs/common';
import { Consume, type NatsConsumeOptions, type NatsListenInfo } from 'nestjs-nats';
import { StreamBench } from '../support/stream-bench.js';

const bench = new StreamBench();
beforeAll(() => bench.start());
beforeEach(() => bench.open());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

function handlers(options: Partial<NatsConsumeOptions>): Type {
  @Controller()
  class Handlers {
    @Consume(`${bench.stream}.x`, { stream: bench.stream, durable: 'work', ...options })
    handle(): void {}
  }
  return Handlers;
}

it('listen() tells what was done about a consumer', async () => {
  const listen = async (ackWaitMs: number): Promise<NatsListenInfo> => {
    const { app } = await bench.nats.create([handlers({ ackWaitMs })], { provision: 'update' });
    const info = (await app.listen()) as unknown as NatsListenInfo;
    await app.close();
    return info;
  };
  const [made, kept, changed] = [await listen(5_000), await listen(5_000), await listen(7_000)];
  expect(made.consumers).toMatchObject([{ consumer: 'work', action: 'create', changes: [] }]);
  expect(kept.consumers).toMatchObject([{ consumer: 'work', action: 'keep', changes: [] }]);
  expect(changed.consumers).toMatchObject([
    { consumer: 'work', action: 'update', changes: ['ack_wait: wanted 7s, there is 5s'] },
  ]);
});
