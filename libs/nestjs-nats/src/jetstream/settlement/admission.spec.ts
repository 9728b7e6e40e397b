import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Delivery } from '../pull/delivery.js';
import { type Admission, admissionFor, countedAdmission, guessedAdmission } from './admission.js';
import type { AttemptEntry } from './attempt-entry.js';
import { resolveRetry } from './retry-policy.js';
import { settlementBefore } from './settlement.js';

const delivery = (deliveryCount: number): Delivery => ({
  stream: 'ORDERS',
  consumer: 'billing',
  domain: undefined,
  deliveryCount,
  streamSequence: 7,
  consumerSequence: 9,
  storedAtMs: 1_000,
  pending: 0,
});
const entry = (fields: Partial<AttemptEntry>): AttemptEntry => ({
  used: 2,
  crashes: 1,
  delivered: 2,
  kind: 'failed',
  stored: 1_000,
  first: 1_100,
  last: 1_200,
  ...fields,
});
const known = { used: 2, crashes: 1, firstFailureMs: 1_100, lastFailureMs: 1_200 };

describe('admissionFor', () => {
  it.each<[what: string, deliveryCount: number, AttemptEntry | undefined, Admission]>([
    ['put off by its process', 3, entry({}), { lane: 'normal', ...known }],
    ['put off, and lost after that', 4, entry({}), { lane: 'quarantine', ...known }],
    ['started and not heard of', 3, entry({ kind: 'started' }), { lane: 'quarantine', ...known }],
    ['unknown', 3, undefined, { lane: 'quarantine', used: 0, crashes: 0 }],
    [
      'of a stream that was made anew',
      3,
      entry({ stored: 999 }),
      { lane: 'quarantine', used: 0, crashes: 0 },
    ],
    ['of a consumer that was made anew', 2, entry({}), { lane: 'quarantine', used: 0, crashes: 0 }],
  ])('takes a message that is %s', (_, deliveryCount, found, expected) => {
    expect(admissionFor(delivery(deliveryCount), found)).toEqual(expected);
  });

  it('lets nothing into the normal lane but the delivery after one that was put off', () => {
    const entries = fc.record({
      used: fc.nat(9),
      crashes: fc.nat(9),
      delivered: fc.integer({ min: 1, max: 9 }),
      kind: fc.constantFrom<AttemptEntry['kind']>('failed', 'started'),
      stored: fc.constantFrom(1_000, 2_000),
    });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 10 }), fc.option(entries), (count, found) => {
        const { lane, used } = admissionFor(delivery(count), found ?? undefined);
        const explained =
          found?.kind === 'failed' && found.delivered === count - 1 && found.stored === 1_000;
        expect(lane).toBe(explained ? 'normal' : 'quarantine');
        expect([0, found?.used]).toContain(used);
      }),
    );
  });
});

describe('settlementBefore', () => {
  const terms = { policy: resolveRetry({ attempts: 3, crashes: 3 }), keepsDeadLetters: true };
  const quarantined = (used: number, crashes: number): Admission => ({
    lane: 'quarantine',
    used,
    crashes,
  });

  it.each([
    quarantined(0, 0),
    quarantined(2, 2),
    // the policy was made stricter: it is tried once more, and decided then
    { lane: 'normal', used: 9, crashes: 0 } as const,
    guessedAdmission(delivery(50)),
    guessedAdmission(delivery(1_000)),
    countedAdmission(delivery(3)),
  ])('lets %j run', (admission) => {
    expect(settlementBefore(admission, terms)).toBeUndefined();
  });

  it.each([
    quarantined(3, 3),
    quarantined(3, 1),
    countedAdmission(delivery(4)),
    guessedAdmission(delivery(1_001)),
    { ...guessedAdmission(delivery(1_001)), used: 0 },
  ])('gives up %j', (admission) => {
    expect(settlementBefore(admission, terms)).toEqual({
      action: 'dead-letter',
      reason: 'crashed',
      error: expect.objectContaining({ code: 'CRASHED' }),
    });
  });

  it('says how often, and drops without dead letters', () => {
    const settlement = settlementBefore(quarantined(3, 3), { ...terms, keepsDeadLetters: false });
    expect(settlement).toMatchObject({
      action: 'drop',
      error: { message: expect.stringContaining('ended 3 times') },
    });
  });

  it('lets a rule that has more attempts have them, but not for crashes', () => {
    const rules = [{ error: TypeError, attempts: 20 }];
    const ruled = { ...terms, policy: resolveRetry({ attempts: 3, crashes: 9, rules }) };
    expect(settlementBefore(quarantined(8, 2), ruled)).toBeUndefined();
    expect(settlementBefore(quarantined(8, 3), ruled)).toMatchObject({ reason: 'crashed' });
    expect(settlementBefore(quarantined(20, 1), ruled)).toMatchObject({ reason: 'crashed' });
  });

  it('gives up for crashes before attempts are used up', () => {
    const policy = resolveRetry({ attempts: 5 });
    expect(settlementBefore(quarantined(1, 1), { ...terms, policy })).toBeUndefined();
    expect(settlementBefore(quarantined(2, 2), { ...terms, policy })).toMatchObject({
      reason: 'crashed',
    });
  });

  it('ends endless attempts when the process ends each time', () => {
    const endless = { ...terms, policy: resolveRetry({ attempts: Infinity }) };
    expect(settlementBefore(quarantined(900, 1), endless)).toBeUndefined();
    expect(settlementBefore(quarantined(2, 2), endless)).toMatchObject({ reason: 'crashed' });
  });
});
