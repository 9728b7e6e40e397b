import { describe, expect, it } from '@jest/globals';
import {
  choiceFault,
  throwFaults,
  unknownOptionFaults,
  wholeNumberFault,
} from './option-faults.js';

describe('unknownOptionFaults', () => {
  it('names the keys that are not known', () => {
    expect(
      unknownOptionFaults({ a: 1, b: 2, debug: true }, ['a'], {
        debug: 'it prints passwords',
      }),
    ).toEqual(['b: there is no such option', 'debug: it prints passwords']);
  });
});

describe('throwFaults', () => {
  it('does nothing without faults', () => {
    expect(() => throwFaults([])).not.toThrow();
  });

  it('throws one error for all, with the faults as data', () => {
    expect(() => throwFaults(['a: wrong', 'b: wrong'], 'the options of X')).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTIONS',
        message: 'Cannot use the options of X: a: wrong; b: wrong.',
        details: { faults: ['a: wrong', 'b: wrong'] },
      }),
    );
  });
});

describe('wholeNumberFault', () => {
  it.each([
    [1, 1, 2, undefined],
    [2, 1, 2, undefined],
    [3, 1, 2, 'expected a whole number from 1 to 2'],
    [0, 1, undefined, 'expected a whole number, at least 1'],
    [1.5, 1, undefined, 'expected a whole number, at least 1'],
    [Number.NaN, 1, undefined, 'expected a whole number, at least 1'],
    ['1', 1, undefined, 'expected a whole number, at least 1'],
    [undefined, 0, undefined, 'expected a whole number, at least 0'],
  ])('%p from %p to %p: %p', (value, minimum, maximum, fault) => {
    expect(wholeNumberFault(value, minimum, maximum)).toBe(fault);
  });
});

describe('choiceFault', () => {
  it.each([
    ['a', undefined],
    ['d', "expected 'a', 'b' or 'c'"],
    [['a'], "expected 'a', 'b' or 'c'"],
    [undefined, "expected 'a', 'b' or 'c'"],
  ])('%p: %p', (value, fault) => {
    expect(choiceFault(value, ['a', 'b', 'c'])).toBe(fault);
  });
});
