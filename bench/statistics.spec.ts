import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compare, median, quantile, rounded } from './statistics.js';

const rates = fc.array(fc.double({ min: 0.001, max: 1e9, noNaN: true }), { minLength: 1 });

describe('median', () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[7], 7],
    [[10, 9, 100], 10],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it('of nothing is no number', () => {
    expect(median([])).toBeNaN();
  });

  it('does not reorder what it is given', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe('quantile', () => {
  it('lies between the extremes, and grows', () => {
    fc.assert(
      fc.property(rates, (values) => {
        const [low, mid, high] = [quantile(values, 0), quantile(values, 0.5), quantile(values, 1)];
        expect(low).toBe(Math.min(...values));
        expect(high).toBe(Math.max(...values));
        expect(mid).toBeGreaterThanOrEqual(low);
        expect(mid).toBeLessThanOrEqual(high);
      }),
    );
  });
});

describe('compare', () => {
  it('says over 1 for more where higher is better', () => {
    expect(compare([200, 300, 220], [100, 100, 110], 'higher')).toEqual({
      ratio: 2.2,
      spread: [2, 3],
    });
  });

  it('says over 1 for less where lower is better', () => {
    expect(compare([50, 40], [100, 100], 'lower')).toEqual({ ratio: 100 / 45, spread: [2, 2.5] });
  });

  it('is 1 for what is compared with itself', () => {
    fc.assert(
      fc.property(rates, fc.constantFrom('higher', 'lower'), (values, better) => {
        expect(compare(values, values, better)).toEqual({ ratio: 1, spread: [1, 1] });
      }),
    );
  });
});

describe('rounded', () => {
  it('keeps significant digits', () => {
    expect([rounded(123_456), rounded(0.123456), rounded(1)]).toEqual([123_500, 0.1235, 1]);
  });
});
