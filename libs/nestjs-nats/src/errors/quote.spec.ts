import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { quote } from './quote.js';

/** Text in which everything that matters to a log is likely to stand. */
const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom('.', '*', '>', ' ', '\t', '\r', '\n', '\0', '\u007f', 'a', 'é', '\ud800'),
      fc.string({ unit: 'binary', maxLength: 2 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

describe('quote', () => {
  it.each([
    ['orders', '"orders"'],
    ['', '""'],
    ['say "hi"\\', String.raw`"say \"hi\"\\"`],
    ['a\r\n\0\t', String.raw`"a\r\n\u0000\t"`],
    ['\u007f', String.raw`"\u007f"`],
    ['\u009b31m', String.raw`"\u009b31m"`],
    ['a\u0085b\u2028c\u2029d', String.raw`"a\u0085b\u2028c\u2029d"`],
    ['a\u202eb', String.raw`"a\u202eb"`],
    [null, 'null'],
    [undefined, 'undefined'],
    [['a'], 'an array'],
    [7, 'a value of type number'],
    [{ toString: () => 'x' }, 'a value of type object'],
  ])('prints %p as %s', (value, printed) => {
    expect(quote(value)).toBe(printed);
  });

  it('cuts long text', () => {
    const printed = quote('a'.repeat(10_000));
    expect(printed).toHaveLength(123);
    expect(printed.endsWith('…"')).toBe(true);
  });

  it('prints any value on one line of bounded length', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), anyText), (value) => {
        const printed = quote(value);
        for (const char of printed) expect(char >= ' ' && char !== '\u007f').toBe(true);
        expect(printed.length).toBeLessThan(800);
      }),
    );
  });
});
