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
    { stream: 'ORDERS', consumer: 'billing' },
    { stream: 'ORDER', consumer: 'billing' },
    { stream: 'ORDERX', consumer: 'bill' },
    { stream: 'ORDERS_AND_MORE', consumer: 'xilling' },
  ])('reads the names that stand there, whatever is expected: %p', (names) => {
    expect(readDelivery(`$JS.ACK.ORDERS.billing.${tail}`, names)).toMatchObject(expected);
    expect(readDelivery(`$JS.ACK.hub.hash.ORDERS.billing.${tail}`, names)).toMatchObject(expected);
  });

  it('reads a subject with more tokens than any of today', () => {
    const more = Array.from({ length: 40 }, (_, i) => `t${i}`).join('.');
    const subject = `$JS.ACK.hub.hash.ORDERS.billing.${tail}.${more}`;
    expect(readDelivery(subject)).toEqual({ ...expected, domain: 'hub' });
  });

  it.each([
    '',
    '_INBOX.x',
    '$JS.ACK.',
    `$JS.ACK.ORDERS.billing.${tail}.8`,
    '$JS.ACK.ORDERS.billing.3.120.45.x.7',
    '$JS.ACK.ORDERS.billing.-3.120.45.1.7',
    '$JS.ACK.ORDERS.billing.3..45.1.7',
    '$JS.ACK.ORDERS.billing.3.120.45.1.',
    '$JS.ACK.ORDERS.billing.3.120.45.1 .7',
    '$JS.ACK._.hash.ORDERS.billing.3.120.45.1',
    'x$JS.ACK.ORDERS.billing.3.120.45.1.7',
  ])('finds nothing in %p', (subject) => {
    expect(readDelivery(subject)).toBeUndefined();
  });

  it('reads a time before the first millisecond', () => {
    expect(readDelivery('$JS.ACK.ORDERS.billing.1.1.1.999999.0')?.storedAtMs).toBe(0);
    expect(readDelivery('$JS.ACK.ORDERS.billing.1.1.1.1000000.0')?.storedAtMs).toBe(1);
  });

  it('reads what a server writes', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/);
    const count = fc.nat();
    const domain = fc.option(name, { nil: undefined });
    fc.assert(
      fc.property(
        fc.record({ stream: name, consumer: name, domain }),
        fc.tuple(count, count, count, fc.bigInt(0n, 2n ** 63n - 1n), count),
        (names, [deliveryCount, streamSequence, consumerSequence, storedAtNs, pending]) => {
          const { stream, consumer, domain } = names;
          const tokens = [deliveryCount, streamSequence, consumerSequence, storedAtNs, pending];
          const end = `${stream}.${consumer}.${tokens.join('.')}`;
          const subject = domain === undefined ? end : `${domain}.hash.${end}`;
          expect(readDelivery(`$JS.ACK.${subject}`)).toEqual({
            ...names,
            domain: domain === '_' ? undefined : domain,
            deliveryCount,
            streamSequence,
            consumerSequence,
            storedAtMs: Number(storedAtNs / 1_000_000n),
            pending,
          });
        },
      ),
    );
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
