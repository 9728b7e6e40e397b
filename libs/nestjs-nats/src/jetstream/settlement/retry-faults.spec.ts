import { describe, expect, it } from '@jest/globals';
import { retryFaults } from './retry-faults.js';
import type { RetryOptions } from './retry-policy.js';

class DatabaseBusy extends Error {}

describe('retryFaults', () => {
  it.each<RetryOptions | undefined>([
    undefined,
    {},
    { attempts: 1, initialMs: 0, factor: 1, maxMs: 0, jitter: 0 },
    { attempts: Infinity, crashes: 1, factor: 1.5, jitter: 1 },
    { attempts: undefined, rules: undefined },
    { rules: [{ error: DatabaseBusy }, { error: { test: () => true }, attempts: 20 }] },
    { initialMs: 60_000, maxMs: 60_000, rules: [{ error: DatabaseBusy, initialMs: 1 }] },
  ])('accepts %j', (option) => {
    expect(retryFaults(option)).toEqual([]);
  });

  it.each<[option: unknown, faults: string[]]>([
    [null, ['retry: expected an object, got null']],
    [3, ['retry: expected an object, got a value of type number']],
    [[], ['retry: expected an object, got an array']],
    [{ crashes: 0 }, ['retry.crashes: expected a whole number, at least 1']],
    [{ attempts: 0 }, ['retry.attempts: expected a whole number, at least 1']],
    [
      { attempts: null, initialMs: null, maxMs: null },
      [
        'retry.attempts: expected a whole number, at least 1',
        'retry.initialMs: expected a whole number from 0 to 2147483647',
        'retry.maxMs: expected a whole number from 0 to 2147483647',
      ],
    ],
    [{ attempts: '3' }, ['retry.attempts: expected a whole number, at least 1']],
    [{ initialMs: -1 }, ['retry.initialMs: expected a whole number from 0 to 2147483647']],
    [{ initialMs: 60_000 }, ['retry.maxMs: expected a whole number from 60000 to 2147483647']],
    [{ maxMs: Infinity }, ['retry.maxMs: expected a whole number from 200 to 2147483647']],
    [{ factor: 0.5 }, ['retry.factor: expected a number, at least 1']],
    [{ factor: Number.NaN }, ['retry.factor: expected a number, at least 1']],
    [{ jitter: 1.1 }, ['retry.jitter: expected a number from 0 to 1']],
    [{ backoff: 3 }, ['retry.backoff: there is no such option']],
    [{ rules: 'all' }, ['retry.rules: expected a list']],
    [
      { rules: [5] },
      ['retry.rules[0].error: expected an object with error, got a value of type number'],
    ],
    [
      { rules: [{ error: DatabaseBusy, initialMs: 60_000 }] },
      ['retry.rules[0].maxMs: expected a whole number from 60000 to 2147483647'],
    ],
    [
      { attempts: -1, rules: [{ error: DatabaseBusy }, { error: 'Busy', maxMs: 1, max: 2 }] },
      [
        'retry.attempts: expected a whole number, at least 1',
        'retry.rules[1].max: there is no such option',
        'retry.rules[1].maxMs: expected a whole number from 200 to 2147483647',
        'retry.rules[1].error: expected a class, or an object with test()',
      ],
    ],
  ])('finds what is wrong with %j', (option, faults) => {
    expect(retryFaults(option)).toEqual(faults);
  });
});
