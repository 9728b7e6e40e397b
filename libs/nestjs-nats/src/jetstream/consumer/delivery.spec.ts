import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readDelivery } from './delivery.js';

const tail = '3.120.45.1719000000123456789.7';

describe('readDelivery', () => {
  const expected = {
    stream: 'ORDERS',
    consumer: 'billing',
    deliveryCount: 3,
    streamSequence: 120,
    consumerSequence: 45,
    storedAtMs: 1_719_000_000_123,
    pending: 7,
  };

  it.each([
    [`$JS.ACK.ORDERS.billing.${tail}`, undefined],
    [`$JS.ACK._.hash.ORDERS.billing.${tail}`, undefined],
    [`$JS.ACK._.hash.ORDERS.billing.${tail}.random`, undefined],
    [`$JS.ACK.hub.hash.ORDERS.billing.${tail}.random`, 'hub'],
  ])('reads %s', (subject, domain) => {
    expect(readDelivery(subject)).toEqual({ ...expected, domain });
  });

  it.each([
    '',
    '_INBOX.x',
    '$JS.ACK.',
    `$JS.ACK.ORDERS.billing.${tail}.8`,
    '$JS.ACK.ORDERS.billing.3.120.45.x.7',
    '$JS.ACK.ORDERS.billing.-3.120.45.1.7',
    '$JS.ACK.ORDERS.billing.3..45.1.7',
  ])('finds nothing in %p', (subject) => {
    expect(readDelivery(subject)).toBeUndefined();
  });

  it('never throws', () => {
    const token = fc.constantFrom('$JS', 'ACK', 'a', '1', '', '_', '99999999999999999999');
    fc.assert(
      fc.property(fc.array(token, { maxLength: 14 }), (tokens) => {
        const subject = `$JS.ACK.${tokens.join('.')}`;
        const stream = subject.split('.')[tokens.length === 7 ? 2 : 4];
        expect([undefined, stream]).toContain(readDelivery(subject)?.stream);
      }),
    );
  });
});
