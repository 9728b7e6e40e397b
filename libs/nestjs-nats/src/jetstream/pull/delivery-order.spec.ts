import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Delivery } from './delivery.js';
import { DeliveryOrder } from './delivery-order.js';

const delivery = (consumerSequence: number, streamSequence: number, consumer = 'a'): Delivery => ({
  stream: 'S',
  consumer,
  domain: undefined,
  deliveryCount: 1,
  streamSequence,
  consumerSequence,
  storedAtMs: 0,
  pending: 0,
});

function following(consumer: string): DeliveryOrder {
  const order = new DeliveryOrder();
  order.follow(consumer);
  return order;
}

describe('DeliveryOrder', () => {
  it('takes what follows', () => {
    const order = following('a');
    expect([order.take(delivery(1, 7)), order.take(delivery(2, 9))]).toEqual(['next', 'next']);
  });

  it('finds gaps, what comes again, and what another consumer sends', () => {
    const order = following('a');
    order.take(delivery(1, 7));
    expect(order.take(delivery(3, 9))).toBe('gap');
    expect(order.take(delivery(1, 7))).toBe('past');
    expect(order.take(delivery(2, 8, 'b'))).toBe('past');
    expect(order.take(delivery(2, 8))).toBe('next');
  });

  it('knows by a heartbeat that the last ones are missing', () => {
    const order = following('a');
    order.take(delivery(1, 7));
    expect(order.isBehind(1)).toBe(false);
    expect(order.isBehind(2)).toBe(true);
  });

  it('goes on with another consumer', () => {
    const order = following('a');
    order.take(delivery(1, 7));
    order.follow('a');
    expect(order.take(delivery(2, 8))).toBe('next');
    order.follow('b');
    expect(order.take(delivery(1, 9, 'b'))).toBe('next');
  });

  it('gives every message once and in order, whatever is lost or comes twice', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30), { maxLength: 60 }), (sequences) => {
        const order = following('a');
        const taken: number[] = [];
        for (const n of sequences)
          if (order.take(delivery(n + 1, n + 1)) === 'next') taken.push(n + 1);
        expect(taken).toEqual(taken.map((_, i) => i + 1));
      }),
    );
  });
});
