import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkDurableOptions, checkReadinessOptions } from './option-checks.js';

const which = { stream: 'ORDERS', durable: 'billing' };

/** Gives what is refused, by the name of each fault. */
function faultsOf(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    const { code, details } = error as { code: string; details: { faults: string[] } };
    return [code, details.faults.map((fault) => fault.split(':')[0])];
  }
  return 'none';
}

describe('the options of a health check', () => {
  it('may be left out', () => {
    expect(faultsOf(() => checkReadinessOptions({}))).toBe('none');
    expect(faultsOf(() => checkReadinessOptions({ timeoutMs: undefined }))).toBe('none');
    expect(faultsOf(() => checkDurableOptions(which))).toBe('none');
  });

  it('may be all there', () => {
    const limits = { maxPending: 0, maxUnacknowledged: 0, maxRedelivered: 0, maxStillMs: 0 };
    const check = () =>
      checkDurableOptions({ ...which, ...limits, beyond: 'down', timeoutMs: 2_000 });
    expect(faultsOf(check)).toBe('none');
  });

  it('are refused all at once', () => {
    const wrong = { stream: '', maxPending: -1, beyond: 'up', timeoutMs: '1', colour: 'red' };
    expect(faultsOf(() => checkDurableOptions(wrong as never))).toEqual([
      'INVALID_OPTIONS',
      ['colour', 'stream', 'durable', 'maxPending', 'beyond', 'timeoutMs'],
    ]);
    expect(faultsOf(() => checkReadinessOptions({ timoutMs: 1 } as never))).toEqual([
      'INVALID_OPTIONS',
      ['timoutMs'],
    ]);
  });

  it('have a time that a timer can wait, and no other', () => {
    const isTime = (value: number) => Number.isInteger(value) && value >= 1 && value < 2 ** 31;
    const edges = fc.constantFrom(0, 1, 2 ** 31 - 1, 2 ** 31, 1e12, NaN, Infinity, 0.5, -1);
    fc.assert(
      fc.property(fc.oneof(edges, fc.integer(), fc.double()), (timeoutMs) => {
        const expected = isTime(timeoutMs) ? 'none' : ['INVALID_OPTIONS', ['timeoutMs']];
        expect(faultsOf(() => checkReadinessOptions({ timeoutMs }))).toEqual(expected);
        expect(faultsOf(() => checkDurableOptions({ ...which, timeoutMs }))).toEqual(expected);
      }),
    );
  });
});
