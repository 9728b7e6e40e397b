import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import type { NatsListenInfo } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';

let received: string[] = [];

@Controller()
class Handlers {
  @EventPattern('queues.own', { queue: 'own' })
  own(@Payload() data: unknown): void {
    received.push(`own ${String(data)}`);
  }

  @EventPattern('queues.default')
  byDefault(@Payload() data: unknown): void {
    received.push(`default ${String(data)}`);
  }

  @EventPattern('queues.none', { queue: '' })
  none(@Payload() data: unknown): void {
    received.push(`none ${String(data)}`);
  }

  @EventPattern('queues.several', { queue: 'a' })
  inA(@Payload() data: unknown): void {
    received.push(`a ${String(data)}`);
  }

  @EventPattern('queues.several', { queue: 'b' })
  inB(@Payload() data: unknown): void {
    received.push(`b ${String(data)}`);
  }

  @MessagePattern('queues.request', { queue: 'answering' })
  answer(): string {
    received.push('answer');
    return 'answer';
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(async () => {
  await bench.clear();
  received = [];
});
afterAll(() => bench.stop());

/** Publishes to two replicas, and gives what they received when everything is handled. */
async function publishToTwo(subject: string): Promise<string[]> {
  const replicas = [
    await bench.listen([Handlers], { queue: 'replicas' }),
    await bench.listen([Handlers], { queue: 'replicas' }),
  ];
  await bench.client().publish(subject, 1, { confirm: 'flush' });
  for (const replica of replicas) await replica.close();
  return received.toSorted();
}

it("each pattern's queue group is the one the server sees", async () => {
  const { app } = await bench.create([Handlers], { queue: 'replicas' });
  const info = (await app.listen()) as unknown as NatsListenInfo;
  const queues = info.subscriptions.map(({ subject, queue }) => [subject, queue]);
  expect(queues).toEqual([
    ['queues.own', 'own'],
    ['queues.default', 'replicas'],
    ['queues.none', undefined],
    ['queues.several', 'a'],
    ['queues.several', 'b'],
    ['queues.request', 'answering'],
  ]);
});

it.each([
  ['queues.own', ['own 1']],
  ['queues.default', ['default 1']],
  ['queues.none', ['none 1', 'none 1']],
  ['queues.several', ['a 1', 'b 1']],
])('of two replicas, %s is handled as %j', async (subject, expected) => {
  await expect(publishToTwo(subject)).resolves.toEqual(expected);
});

it('of two replicas, one answers a request', async () => {
  await bench.listen([Handlers]);
  await bench.listen([Handlers]);
  await expect(bench.client().request('queues.request', {})).resolves.toBe('answer');
  expect(received).toEqual(['answer']);
});
