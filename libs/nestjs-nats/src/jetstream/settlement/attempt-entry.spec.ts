import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Delivery } from '../pull/delivery.js';
import { type AttemptEntry, entryKey, readEntry } from './attempt-entry.js';

const bytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
const entry: AttemptEntry = {
  used: 1,
  crashes: 0,
  delivered: 1,
  kind: 'failed',
  stored: 1_719_000_000_123,
  first: 1_719_000_000_200,
  last: 1_719_000_000_200,
};

describe('readEntry', () => {
  it('reads what was written', () => {
    expect(readEntry(bytes(entry))).toEqual(entry);
    const putOff = { ...entry, first: undefined, last: undefined };
    expect(readEntry(bytes(putOff))).toEqual(putOff);
  });

  it.each([
    new Uint8Array(0),
    Buffer.from('{'),
    bytes(null),
    bytes([]),
    bytes('failed'),
    bytes({ ...entry, kind: 'done' }),
    bytes({ ...entry, used: -1 }),
    bytes({ ...entry, crashes: 'many' }),
    bytes({ ...entry, delivered: 1.5 }),
    bytes({ ...entry, stored: null }),
    bytes({ ...entry, first: 'yesterday' }),
  ])('takes %s for no entry', (data) => {
    expect(readEntry(data)).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (data) => {
        expect(readEntry(data)).toBeUndefined();
      }),
    );
  });
});

describe('entryKey', () => {
  const delivery = (stream: string, consumer: string, streamSequence = 1): Delivery => ({
    stream,
    consumer,
    streamSequence,
    domain: undefined,
    deliveryCount: 1,
    consumerSequence: 1,
    storedAtMs: 1,
    pending: 0,
  });

  it('is readable for usual names', () => {
    expect(entryKey(delivery('ORDERS_v2', 'billing-eu', 120))).toBe('ORDERS_v2.billing-eu.120');
    expect(entryKey(delivery('größe', 'a:b=c'))).toBe('gr=c3=b6=c3=9fe.a=3ab=3dc.1');
  });

  it('is a key, and another one for each message', () => {
    const name = fc.string({ minLength: 1, unit: 'binary' });
    const message = fc.tuple(name, name, fc.nat());
    fc.assert(
      fc.property(message, message, (one, other) => {
        const [left, right] = [entryKey(delivery(...one)), entryKey(delivery(...other))];
        expect(left).toMatch(/^[-/=\w]+\.[-/=\w]+\.\d+$/);
        expect(left === right).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });
});
