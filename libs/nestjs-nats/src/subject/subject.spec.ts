import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isNatsTransportError } from '../errors/transport-error.js';
import { assertSubject, MAX_SUBJECT_BYTES, subjectFault, tokenFault } from './subject.js';

/** Text in which everything that matters to a subject is likely to stand. */
const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom('.', '*', '>', ' ', '\t', '\r', '\n', '\0', '\u007f', 'a', 'é', '\ud800'),
      fc.string({ unit: 'binary', maxLength: 2 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

const legal: readonly string[] = [
  'a',
  'orders.created',
  'Orders.Created',
  '$JS.API.INFO',
  '_INBOX.abc.1',
  'a-b_c/d:e',
  'größe.日本.😀',
  'a*.b>',
  '**',
  '>>',
];

const illegal: readonly [subject: unknown, why: RegExp][] = [
  ['', /empty/],
  ['.', /empty token/],
  ['.a', /empty token/],
  ['a.', /empty token/],
  ['a..b', /empty token/],
  ['a b', /a space at position 1/],
  [' a', /a space at position 0/],
  ['a\tb', /a tab at position 1/],
  ['a\r\nPUB b 0\r\n\r\n', /CR at position 1/],
  ['a\nb', /LF at position 1/],
  ['a\0b', /NUL at position 1/],
  ['a\u0001b', /U\+0001 at position 1/],
  ['ab\u007f', /U\+007f at position 2/],
  ['a\ud800b', /surrogate/],
  ['\udc00', /surrogate/],
  [undefined, /undefined, not a string/],
  [null, /null, not a string/],
  [7, /a value of type number, not a string/],
  [{}, /a value of type object, not a string/],
  [['a'], /an array, not a string/],
  [Symbol('a'), /a value of type symbol, not a string/],
];

const wildcards = ['*', '>', 'a.*', '*.a', 'a.*.b', 'a.>', '>.a', 'a.>.b'];

describe('subjectFault', () => {
  it.each(legal)('accepts %j', (subject) => {
    expect(subjectFault(subject)).toBeUndefined();
  });

  it.each(illegal)('refuses %p', (subject, why) => {
    expect(subjectFault(subject)).toMatch(why);
  });

  it.each(wildcards)('refuses the wildcard in %j', (subject) => {
    expect(subjectFault(subject)).toMatch(/the wildcard "[*>]", which only subscriptions may use/);
  });

  it('accepts nothing that the server would split, take for a wildcard, or close over', () => {
    fc.assert(
      fc.property(anyText, (subject) => {
        fc.pre(subjectFault(subject) === undefined);
        const tokens = subject.split('.');
        expect(tokens).not.toContain('');
        expect(tokens).not.toContain('*');
        expect(tokens).not.toContain('>');
        for (const char of subject) expect(char > ' ' && char !== '\u007f').toBe(true);
        expect(Buffer.from(subject, 'utf8').toString('utf8')).toBe(subject);
        expect(Buffer.byteLength(subject)).toBeLessThanOrEqual(MAX_SUBJECT_BYTES);
      }),
      { numRuns: 500 },
    );
  });

  it('accepts every subject built from legal tokens', () => {
    const token = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .map((text) => text.replaceAll(/[\s.*>]/g, '_'));
    fc.assert(
      fc.property(fc.array(token, { minLength: 1, maxLength: 5 }), (tokens) => {
        expect(subjectFault(tokens.join('.'))).toBeUndefined();
      }),
    );
  });

  it('measures the length in bytes of UTF-8', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('a', 'é', '日', '😀'),
        fc.oneof(
          fc.integer({ min: 1, max: MAX_SUBJECT_BYTES + 8 }),
          fc.constantFrom(512, 513, 682, 683, 1024, 1025, 2048, 2049),
        ),
        (char, count) => {
          const subject = char.repeat(count);
          const fits = Buffer.byteLength(subject) <= MAX_SUBJECT_BYTES;
          expect(subjectFault(subject)).toBe(fits ? undefined : 'it is longer than 2048 bytes');
        },
      ),
    );
  });
});

describe('tokenFault', () => {
  it.each(wildcards)('does not look at the wildcards of %j', (subject) => {
    expect(tokenFault(subject)).toBeUndefined();
  });

  it.each(illegal)('refuses %p', (subject, why) => {
    expect(tokenFault(subject)).toMatch(why);
  });
});

describe('assertSubject', () => {
  it('passes a legal subject, the first time and after', () => {
    for (let i = 0; i < 3; i++) expect(() => assertSubject('orders.created')).not.toThrow();
  });

  it.each([...illegal.map(([subject]) => subject), ...wildcards])(
    'throws INVALID_SUBJECT for %p, each time',
    (subject) => {
      for (let i = 0; i < 2; i++) {
        expect(() => assertSubject(subject as string)).toThrow(
          expect.objectContaining({ code: 'INVALID_SUBJECT', details: { subject } }),
        );
      }
    },
  );

  it('says what failed, why, and what is expected', () => {
    expect(() => assertSubject('a b')).toThrow(
      'Cannot publish on subject "a b": it contains a space at position 1. ' +
        'Expected non-empty tokens separated by ".", for example "orders.created".',
    );
  });

  it('still tells good from bad after thousands of subjects', () => {
    for (let i = 0; i < 5_000; i++) assertSubject(`flood.${i}`);
    expect(() => assertSubject('flood.4999')).not.toThrow();
    expect(() => assertSubject('flood.*')).toThrow('Cannot publish on subject "flood.*"');
  });

  it('agrees with subjectFault', () => {
    fc.assert(
      fc.property(anyText, (subject) => {
        let error: unknown;
        try {
          assertSubject(subject);
        } catch (caught) {
          error = caught;
        }
        expect(isNatsTransportError(error, 'INVALID_SUBJECT')).toBe(
          subjectFault(subject) !== undefined,
        );
      }),
    );
  });
});
