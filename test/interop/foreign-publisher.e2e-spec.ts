import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { headers } from 'nats';
import { NatsMessageContext } from 'nestjs-nats';
import { foreignPeer } from '../support/foreign-peer.js';
import { NatsBench } from '../support/nats-bench.js';

@Controller()
class Orders {
  readonly received: unknown[] = [];

  // oxlint-disable-next-line typescript/no-unnecessary-type-arguments -- Nest's types refuse a second parameter without it
  @EventPattern<string>('foreign.orders.:id', { queue: 'orders' })
  onOrder(@Payload() data: unknown, @Ctx() ctx: NatsMessageContext): void {
    this.received.push({
      data,
      id: ctx.params['id'],
      trace: ctx.headers?.get('x-trace'),
      tags: ctx.headers?.values('x-tag'),
    });
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

it('N1: a plain JSON event of a foreign client reaches our handler', async () => {
  const app = await bench.listen([Orders]);
  const peer = await foreignPeer(bench);
  peer.publish('foreign.orders.7', '{"sku":"ä–漢","amount":2}');
  peer.publish('foreign.orders.8');
  await peer.flush();
  await app.close();
  expect(app.get(Orders).received).toEqual([
    { data: { sku: 'ä–漢', amount: 2 }, id: '7' },
    { data: undefined, id: '8' },
  ]);
});

it('U8: its headers are readable, one and many values', async () => {
  const app = await bench.listen([Orders]);
  const peer = await foreignPeer(bench);
  const sent = headers();
  sent.set('x-trace', 'abc');
  sent.append('x-tag', 'one');
  sent.append('x-tag', 'two');
  peer.publish('foreign.orders.9', '1', { headers: sent });
  await peer.flush();
  await app.close();
  expect(app.get(Orders).received).toEqual([
    { data: 1, id: '9', trace: 'abc', tags: ['one', 'two'] },
  ]);
});

it('U5: its Content-Type decides how a payload is read', async () => {
  const app = await bench.listen([Orders]);
  const peer = await foreignPeer(bench);
  for (const type of ['text/plain', 'Text/Plain; charset=utf-8', 'application/json']) {
    const sent = headers();
    sent.set('Content-Type', type);
    peer.publish('foreign.orders.10', '[1]', { headers: sent });
  }
  await peer.flush();
  await app.close();
  const data = app.get(Orders).received.map((entry) => (entry as { data: unknown }).data);
  expect(data).toEqual(['[1]', '[1]', [1]]);
});
