import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { NatsMessageContext } from 'nestjs-nats';
import { lastValueFrom, toArray } from 'rxjs';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

@Controller()
class Orders {
  readonly received: { data: unknown; subject: string }[] = [];

  // oxlint-disable-next-line typescript/no-unnecessary-type-arguments -- Nest's types refuse a second parameter without it
  @EventPattern<string>('pubsub.orders.created')
  created(@Payload() data: unknown, @Ctx() ctx: NatsMessageContext): void {
    this.received.push({ data, subject: ctx.subject });
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const subject = 'pubsub.orders.created';

async function delivered(send: () => Promise<unknown> | void): Promise<Orders['received']> {
  const app = await bench.listen([Orders]);
  await send();
  const { received } = app.get(Orders);
  await waitFor(() => received.length > 0, { what: 'the event' });
  // waits for all that was sent, so that a second copy would be seen
  await app.close();
  return received;
}

describe('publishing an event', () => {
  it('N1: publish() reaches the handler of the subject, once', async () => {
    const order = { id: 7, lines: [{ sku: 'äß–漢', amount: 1.5 }], note: null };
    const received = await delivered(() => bench.client().publish(subject, order));
    expect(received).toEqual([{ data: order, subject }]);
  });

  it('N1: emit() reaches it, and completes without a value of its own', async () => {
    const values: unknown[] = [];
    const received = await delivered(async () => {
      values.push(...(await lastValueFrom(bench.client().emit(subject, 'one').pipe(toArray()))));
    });
    expect(received).toEqual([{ data: 'one', subject }]);
    expect(values.filter((value) => value !== undefined)).toEqual([]);
  });

  it('N1: emit() sends once, with no subscriber to its result or with two', async () => {
    const received = await delivered(async () => {
      const client = bench.client();
      client.emit(subject, 'nobody listens');
      const twice = client.emit(subject, 'two listen');
      await Promise.all([
        lastValueFrom(twice.pipe(toArray())),
        lastValueFrom(twice.pipe(toArray())),
      ]);
      await client.publish(subject, 'last', { confirm: 'flush' });
    });
    expect(received.map(({ data }) => data)).toEqual(['nobody listens', 'two listen', 'last']);
  });

  it.each([['text'], [''], [0], [false], [[1, [2]]], [{}]])(
    'N1: the payload %j arrives as it was',
    async (value) => {
      const received = await delivered(() => bench.client().publish(subject, value));
      expect(received.map(({ data }) => data)).toEqual([value]);
    },
  );

  it('N1: events of one publisher arrive in order', async () => {
    const numbers = Array.from({ length: 200 }, (_, i) => i);
    const received = await delivered(async () => {
      const client = bench.client();
      await client.connect();
      await Promise.all(numbers.map((n) => client.publish(subject, n)));
      await client.publish(subject, 'end', { confirm: 'flush' });
    });
    expect(received.map(({ data }) => data)).toEqual([...numbers, 'end']);
  });
});
