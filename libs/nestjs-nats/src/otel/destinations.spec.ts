import { describe, expect, it } from '@jest/globals';
import { headers } from '@nats-io/transport-node';
import type { PublishOperation, RequestOperation } from '../index.js';
import { Destinations, withoutIds } from './destinations.js';

const message = (subject: string) =>
  ({ subject, data: 1, headers: headers(), payloadBytes: 1, server: undefined }) as const;
const request = (subject: string): RequestOperation => ({ kind: 'request', ...message(subject) });
const publish = (subject: string, streamSubject?: string): PublishOperation => ({
  kind: 'publish',
  ...message(subject),
  stream: streamSubject && 'ORDERS',
  streamSubject,
});

describe('the template of a destination', () => {
  const destinations = new Destinations(['orders.:id.created', 'orders.*.*', 'price.>']);

  it.each([
    ['orders.7.created', 'orders.:id.created'],
    ['orders.7.paid', 'orders.*.*'],
    ['price.a.b.c', 'price.>'],
    ['orders.7', undefined],
    ['price', undefined],
  ])('of %s is %s', (subject, expected) => {
    expect(destinations.template(request(subject))).toBe(expected);
    // also when it is remembered
    expect(destinations.template(request(subject))).toBe(expected);
  });

  it('is the declared subject of its stream where no pattern matches', () => {
    expect(destinations.template(publish('stock.7', 'stock.>'))).toBe('stock.>');
    expect(destinations.template(publish('orders.7.created', 'orders.>'))).toBe(
      'orders.:id.created',
    );
    expect(new Destinations([]).template(publish('stock.7'))).toBeUndefined();
  });

  it('is found for any number of subjects', () => {
    const found = new Set(
      Array.from({ length: 5_000 }, (_, i) =>
        destinations.template(request(`orders.${i}.created`)),
      ),
    );
    expect([...found]).toEqual(['orders.:id.created']);
  });
});

describe('a subject without ids', () => {
  it.each([
    ['orders.created', 'orders.created'],
    ['orders.4711.created', 'orders.*.created'],
    ['users.550e8400-e29b-41d4-a716-446655440000', 'users.*'],
    ['_INBOX.ABCDEFGH.1', '_INBOX.>'],
    ['v1.orders', '*.orders'],
    ['x', 'x'],
  ])('of %s is %s', (subject, expected) => {
    expect(withoutIds(subject)).toBe(expected);
  });
});
