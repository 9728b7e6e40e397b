import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sharesOf } from './shares.js';

describe('shares', () => {
  it.each([
    [[], []],
    [
      [0, 0],
      [0, 0],
    ],
    [[7], [100]],
    [
      [1, 1, 1],
      [34, 33, 33],
    ],
    // each rounded, they are 25, 40 and 36
    [
      [245, 396, 359],
      [24, 40, 36],
    ],
    [
      [1, 999],
      [0, 100],
    ],
  ])('of %j are %j', (counts, shares) => {
    expect(sharesOf(counts)).toEqual(shares);
  });

  it('add up to 100, each less than one from what is exact', () => {
    const counts = fc.array(fc.nat(), { minLength: 1 }).filter((some) => some.some(Boolean));
    fc.assert(
      fc.property(counts, (some) => {
        const total = some.reduce((sum, count) => sum + count, 0);
        const shares = sharesOf(some);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBe(100);
        for (const [index, share] of shares.entries()) {
          expect(Math.abs(share - (some[index]! / total) * 100)).toBeLessThan(1 + 1e-9);
        }
      }),
    );
  });
});
