import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { assertQuery, type DeadLetterQuery, isWanted } from './dead-letter-filter.js';
import { readDeadLetter } from './read-dead-letter.js';

const letter = {
  ...readDeadLetter({
    subject: 'dead.ORDERS.billing',
    sequence: 3,
    storedAt: new Date(5_000),
    data: new Uint8Array(0),
    headers: undefined,
  }),
  stream: 'ORDERS',
  consumer: 'billing',
  subject: 'orders.7.paid',
  reason: 'attempts',
};

/** For each part of a filter what finds the letter, and what does not. */
const PARTS = {
  stream: ['ORDERS', 'orders'],
  consumer: ['billing', 'bill'],
  subject: ['orders.*.paid', 'orders.*'],
  reason: ['attempts', 'invalid'],
  since: [new Date(5_000), new Date(5_001)],
} as const;

describe('isWanted', () => {
  it('finds a dead letter for which all parts hold', () => {
    const choices = Object.fromEntries(
      Object.keys(PARTS).map((name) => [name, fc.constantFrom(undefined, 0, 1)]),
    );
    fc.assert(
      fc.property(fc.record(choices), (chosen) => {
        const parts = Object.entries(chosen).map(([name, choice]) => [
          name,
          choice === undefined ? undefined : PARTS[name as keyof typeof PARTS][choice],
        ]);
        const filter = Object.fromEntries(parts) as DeadLetterQuery;
        expect(isWanted(letter, filter)).toBe(!Object.values(chosen).includes(1));
      }),
    );
  });
});

describe('assertQuery', () => {
  it.each<[DeadLetterQuery & Record<string, unknown>, string]>([
    [{ consumers: 'x' }, 'consumers: there is no such option'],
    [{ subject: 'a.>.b' }, 'subject: the wildcard ">" stands before the last token'],
    [{ since: new Date(NaN) }, 'since: expected a Date'],
    [{ limit: 0.5 }, 'limit: expected a whole number, at least 1'],
  ])('refuses %j', (query, fault) => {
    expect(() => assertQuery(query)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', details: { faults: [fault] } }),
    );
  });

  it('takes what else may be asked for', () => {
    expect(() => assertQuery({ dryRun: true } as DeadLetterQuery, ['dryRun'])).not.toThrow();
  });
});
