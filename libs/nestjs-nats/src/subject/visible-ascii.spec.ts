import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isVisibleAscii } from './visible-ascii.js';

describe('isVisibleAscii', () => {
  it('is true of nothing but what can be seen', () => {
    for (let unit = 0; unit <= 0xffff; unit++) {
      const expected = unit > 0x20 && unit < 0x7f;
      if (isVisibleAscii(`a${String.fromCharCode(unit)}b`) !== expected)
        throw new Error(`U+${unit.toString(16)} is not ${expected}`);
    }
  });

  it('agrees with an expression', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(isVisibleAscii(text)).toBe(/^[\x21-\x7e]*$/.test(text));
      }),
    );
  });
});
