import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { delayFor, longestDelayMs, resolveRetry, ruleFor } from './retry-policy.js';

class DatabaseBusy extends Error {}
class DatabaseLocked extends DatabaseBusy {}

const unheard = (fault: unknown): never => {
  throw new Error('A rule reported a fault', { cause: fault });
};

describe('resolveRetry', () => {
  const defaults = { attempts: 5, initialMs: 200, factor: 2, maxMs: 30_000, jitter: 0.2 };

  it('fills in the defaults', () => {
    expect(resolveRetry()).toEqual({ ...defaults, crashes: 2, rules: [] });
    expect(resolveRetry({ attempts: 3, jitter: undefined })).toEqual({
      ...defaults,
      attempts: 3,
      crashes: 2,
      rules: [],
    });
  });

  it('gives rules what they leave out', () => {
    const rules = [{ error: DatabaseBusy, attempts: 20 }];
    expect(resolveRetry({ factor: 3, rules }).rules).toEqual([
      { ...defaults, factor: 3, attempts: 20, error: DatabaseBusy },
    ]);
  });
});

describe('ruleFor', () => {
  const policy = resolveRetry({
    rules: [
      { error: DatabaseLocked, attempts: 1 },
      { error: DatabaseBusy, attempts: 20 },
      { error: { test: (error) => (error as { code?: string }).code === 'SLOW' }, attempts: 7 },
    ],
  });

  it.each<[unknown, number | undefined]>([
    [new DatabaseLocked(), 1],
    [new DatabaseBusy(), 20],
    [{ code: 'SLOW' }, 7],
    [new Error('other'), undefined],
    ['a text', undefined],
  ])('finds what holds for %p', (error, attempts) => {
    expect(ruleFor(policy, error, unheard)?.attempts).toBe(attempts);
  });

  it('goes on after a test that throws, and reports it', () => {
    const report = jest.fn();
    expect(ruleFor(policy, null, report)).toBeUndefined();
    expect(report).toHaveBeenCalledWith(expect.any(TypeError));
  });
});

describe('longestDelayMs', () => {
  it('looks at the rules too', () => {
    expect(longestDelayMs(resolveRetry())).toBe(30_000);
    const rules = [{ error: DatabaseBusy, maxMs: 90_000 }];
    expect(longestDelayMs(resolveRetry({ rules }))).toBe(90_000);
  });
});

describe('delayFor', () => {
  const delays = fc
    .record({
      initialMs: fc.nat(100_000),
      factor: fc.double({ min: 1, max: 100, noNaN: true }),
      beyondMs: fc.nat(10_000_000),
      jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    .map(({ beyondMs, ...rest }) => resolveRetry({ ...rest, maxMs: rest.initialMs + beyondMs }));
  const attempt = fc.integer({ min: 1, max: 5_000 });
  const random = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

  it('doubles from 200 ms to 30 s by default', () => {
    const policy = resolveRetry({ jitter: 0 });
    const seen = [1, 2, 3, 4, 8, 9, 1_000_000].map((n) => delayFor(policy, n, 0.5));
    expect(seen).toEqual([200, 400, 800, 1_600, 25_600, 30_000, 30_000]);
  });

  it('is a whole number, never negative and never above maxMs', () => {
    fc.assert(
      fc.property(delays, attempt, random, (policy, n, r) => {
        const delayMs = delayFor(policy, n, r);
        expect(Number.isSafeInteger(delayMs)).toBe(true);
        expect(delayMs).toBeGreaterThanOrEqual(0);
        expect(delayMs).toBeLessThanOrEqual(policy.maxMs);
      }),
    );
  });

  it('never shrinks from attempt to attempt without jitter', () => {
    fc.assert(
      fc.property(delays, attempt, (policy, n) => {
        const plain = { ...policy, jitter: 0 };
        expect(delayFor(plain, n + 1, 0)).toBeGreaterThanOrEqual(delayFor(plain, n, 0));
        expect(delayFor(plain, 1, 0)).toBe(policy.initialMs);
      }),
    );
  });

  it('is shortened by jitter only, and by no more than its part', () => {
    fc.assert(
      fc.property(delays, attempt, random, (policy, n, r) => {
        const longest = delayFor({ ...policy, jitter: 0 }, n, r);
        const delayMs = delayFor(policy, n, r);
        expect(delayMs).toBeLessThanOrEqual(longest);
        expect(delayMs).toBeGreaterThanOrEqual(Math.floor(longest * (1 - policy.jitter)) - 1);
      }),
    );
  });

  it('spreads over the whole range', () => {
    const policy = resolveRetry({ initialMs: 1_000, jitter: 0.5 });
    expect([0, 0.5, 0.99].map((r) => delayFor(policy, 1, r))).toEqual([1_000, 750, 505]);
  });
});
