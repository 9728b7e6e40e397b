import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { NatsBench } from '../support/nats-bench.js';

const received: Record<string, number[]> = {};

function note(handler: string, data: number): void {
  (received[handler] ??= []).push(data);
}

@Controller()
class Billing {
  @EventPattern('several.broadcast')
  broadcast(@Payload() data: number): void {
    note('billing', data);
    throw new Error('billing fails: the others must not notice');
  }

  @EventPattern('several.grouped', { queue: 'several' })
  grouped(@Payload() data: number): void {
    note('billing', data);
  }

  @EventPattern('several.mixed', { queue: 'left' })
  mixed(@Payload() data: number): void {
    note('billing', data);
  }
}

@Controller()
class Shipping {
  @EventPattern('several.broadcast')
  async broadcast(@Payload() data: number): Promise<void> {
    note('shipping', data);
    await Promise.reject(new Error('shipping fails: the others must not notice'));
  }

  @EventPattern('several.grouped', { queue: 'several' })
  grouped(@Payload() data: number): void {
    note('shipping', data);
  }

  @EventPattern('several.mixed', { queue: 'right' })
  mixed(@Payload() data: number): void {
    note('shipping', data);
  }
}

@Controller()
class Points {
  @EventPattern('several.broadcast')
  broadcast(@Payload() data: number): void {
    note('points', data);
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

afterEach(() => {
  for (const handler of Object.keys(received)) delete received[handler];
});

const numbers = Array.from({ length: 50 }, (_, i) => i);

async function publishAll(subject: string): Promise<void> {
  const app = await bench.listen([Billing, Shipping, Points]);
  const client = bench.client();
  for (const n of numbers) await client.publish(subject, n);
  await client.publish(subject, -1, { confirm: 'flush' });
  await app.close();
}

it('all handlers of one event get it, whichever of them fail', async () => {
  await publishAll('several.broadcast');
  const all = [...numbers, -1];
  expect(received).toEqual({ billing: all, shipping: all, points: all });
});

it('two handlers in one queue group of one app both get every event', async () => {
  await publishAll('several.grouped');
  expect(received).toEqual({ billing: [...numbers, -1], shipping: [...numbers, -1] });
});

it('two handlers in different queue groups both get every event', async () => {
  await publishAll('several.mixed');
  expect(received).toEqual({ billing: [...numbers, -1], shipping: [...numbers, -1] });
});
