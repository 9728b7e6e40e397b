import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { NatsBench } from '../support/nats-bench.js';

@Controller()
class Cased {
  readonly received: string[] = [];

  @EventPattern('cased.Order')
  upper(@Payload() data: string): void {
    this.received.push(`Order: ${data}`);
  }

  @EventPattern('cased.order')
  lower(@Payload() data: string): void {
    this.received.push(`order: ${data}`);
  }

  @MessagePattern('cased.Ask')
  ask(): string {
    return 'asked';
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

it('N8: subjects are case-sensitive for events', async () => {
  const app = await bench.listen([Cased]);
  const client = bench.client();
  await client.publish('cased.Order', 'A');
  await client.publish('cased.order', 'b');
  await client.publish('CASED.order', 'nobody');
  await client.publish('cased.ORDER', 'nobody', { confirm: 'flush' });
  await app.close();
  expect(app.get(Cased).received.toSorted()).toEqual(['Order: A', 'order: b']);
});

it('N8: subjects are case-sensitive for requests', async () => {
  await bench.listen([Cased]);
  const client = bench.client();
  await expect(client.request('cased.Ask', {})).resolves.toBe('asked');
  await expect(client.request('cased.ask', {})).rejects.toMatchObject({ code: 'NO_RESPONDERS' });
});
