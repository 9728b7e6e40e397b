import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern } from '@nestjs/microservices';
import { NatsMessageContext } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';

@Controller()
class Orders {
  readonly seen: unknown[] = [];

  @EventPattern('named.:tenant.orders.:orderId')
  created(@Ctx() ctx: NatsMessageContext): void {
    this.seen.push({ subject: ctx.subject, pattern: ctx.pattern, params: { ...ctx.params } });
  }

  @MessagePattern('namedask.:first.>')
  ask(@Ctx() ctx: NatsMessageContext): unknown {
    return { ...ctx.params };
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

it('reads named tokens off the subject as ctx.params', async () => {
  const { app } = await bench.create([Orders]);
  const info: unknown = await app.listen();
  const client = bench.client();
  await client.publish('named.acme.orders.42', {}, { confirm: 'flush' });
  await client.publish('named.ä:b.orders.:orderId', {}, { confirm: 'flush' });
  await client.publish('named.acme.orders', {}, { confirm: 'flush' });
  await app.close();

  const pattern = 'named.:tenant.orders.:orderId';
  expect(app.get(Orders).seen).toEqual([
    { subject: 'named.acme.orders.42', pattern, params: { tenant: 'acme', orderId: '42' } },
    {
      subject: 'named.ä:b.orders.:orderId',
      pattern,
      params: { tenant: 'ä:b', orderId: ':orderId' },
    },
  ]);
  expect(info).toMatchObject({
    subscriptions: [
      { kind: 'event', subject: 'named.*.orders.*', patterns: [pattern] },
      { kind: 'request', subject: 'namedask.*.>', patterns: ['namedask.:first.>'] },
    ],
  });
});

it('reads them for a request too', async () => {
  await bench.listen([Orders]);
  await expect(bench.client().request('namedask.x.y.z', {})).resolves.toEqual({ first: 'x' });
});
