import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { NatsBench } from '../support/nats-bench.js';

@Controller()
class News {
  readonly received: unknown[] = [];

  @EventPattern('offline.news')
  onNews(@Payload() text: string): void {
    this.received.push(text);
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

it('N2: an event published while nobody subscribes is missed', async () => {
  const client = bench.client();
  await client.publish('offline.news', 'too early', { confirm: 'flush' });

  const app = await bench.listen([News]);
  await client.publish('offline.news', 'in time', { confirm: 'flush' });
  await app.close();
  await client.publish('offline.news', 'too late', { confirm: 'flush' });

  const again = await bench.listen([News]);
  await client.publish('offline.news', 'in time again', { confirm: 'flush' });
  await again.close();

  expect(app.get(News).received).toEqual(['in time']);
  expect(again.get(News).received).toEqual(['in time again']);
});
