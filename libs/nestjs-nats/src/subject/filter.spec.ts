import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { assertFilter, covers, filterFault, matches, queueFault } from './filter.js';
import { subjectFault } from './subject.js';

// few and similar tokens, so that subjects meet filters; some only look like wildcards
const literal = fc.constantFrom('a', 'b', 'A', 'ab', 'a*', '*a', '>a', 'é', 'a/b', 'a(b', '$x');
const subjects = fc.array(literal, { minLength: 1, maxLength: 5 });
const filters = fc
  .tuple(
    fc.array(fc.oneof(literal, fc.constant('*')), { maxLength: 4 }),
    fc.oneof(literal, fc.constantFrom('*', '>')),
  )
  .map(([head, last]) => [...head, last]);

/** The rule of the NATS documentation, written as a regular expression. */
function reference(filter: string): RegExp {
  const tokens = filter.split('.').map((token) => {
    if (token === '*') return '[^.]+';
    if (token === '>') return String.raw`[^.]+(\.[^.]+)*`;
    return token.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
  });
  return new RegExp(`^${tokens.join(String.raw`\.`)}$`, 'u');
}

describe('filterFault', () => {
  it.each(['a', 'a.b', '*', '>', 'a.*', '*.*', 'a.>', '*.>', 'a.*.b', 'a>b.c', '>>', 'a.>x'])(
    'accepts %j',
    (filter) => {
      expect(filterFault(filter)).toBeUndefined();
    },
  );

  it.each([
    ['>.a', /">" stands before the last token/],
    ['a.>.b', /">" stands before the last token/],
    ['>.>', /">" stands before the last token/],
    ['a>.>.b', /">" stands before the last token/],
    ['', /empty/],
    ['a..b', /empty token/],
    ['a.>.', /empty token/],
    ['a b', /a space/],
    ['a.*\r\n', /CR/],
    [undefined, /undefined, not a string/],
    [7, /not a string/],
  ])('refuses %p', (filter, why) => {
    expect(filterFault(filter)).toMatch(why);
  });

  it('accepts every literal subject, and wildcards in any place they may stand', () => {
    fc.assert(
      fc.property(subjects, filters, (subject, filter) => {
        expect(filterFault(subject.join('.'))).toBeUndefined();
        expect(filterFault(filter.join('.'))).toBeUndefined();
      }),
    );
  });
});

describe('assertFilter', () => {
  it('passes a legal filter', () => {
    expect(() => assertFilter('orders.*.>')).not.toThrow();
  });

  it('throws INVALID_SUBJECT that says what failed, why, and what is expected', () => {
    expect(() => assertFilter('a.>.b')).toThrow(
      expect.objectContaining({
        code: 'INVALID_SUBJECT',
        details: { subject: 'a.>.b' },
        message:
          'Cannot subscribe to "a.>.b": the wildcard ">" stands before the last token. ' +
          'Expected non-empty tokens separated by ".", with "*" for one token and ">" for the rest.',
      }),
    );
  });
});

describe('queueFault', () => {
  it.each(['saver', 'logger-saver', 'a.b', 'Größe'])('accepts %j', (queue) => {
    expect(queueFault(queue)).toBeUndefined();
  });

  it.each(['', 'a b', 'a\tb', 'a\r\nb', '.a', 'a.', 'a..b', null, 7, ['a']])(
    'refuses %p',
    (queue) => {
      expect(queueFault(queue)).toEqual(expect.any(String));
    },
  );
});

describe('matches', () => {
  it.each([
    ['a', 'a', true],
    ['a', 'A', false],
    ['a', 'a.b', false],
    ['a.b', 'a', false],
    ['*', 'a', true],
    ['*', 'a.b', false],
    ['a.*', 'a', false],
    ['a.*', 'a.b', true],
    ['a.*', 'a.b.c', false],
    ['*.b', 'a.b', true],
    ['a.*.c', 'a.b.c', true],
    ['a.*.c', 'a.b.d', false],
    ['>', 'a', true],
    ['>', 'a.b.c', true],
    ['a.>', 'a', false],
    ['a.>', 'a.b', true],
    ['a.>', 'a.b.c', true],
    ['a.>', 'b.a', false],
    ['*.>', 'a', false],
    ['*.>', 'a.b', true],
    ['a.b.*.>', 'a.b.c', false],
  ])('filter %j, subject %j: %p', (filter, subject, expected) => {
    expect(matches(filter, subject)).toBe(expected);
  });

  it('agrees with the rule written as a regular expression', () => {
    fc.assert(
      fc.property(filters, subjects, (filter, subject) => {
        const [f, s] = [filter.join('.'), subject.join('.')];
        expect(matches(f, s)).toBe(reference(f).test(s));
      }),
      { numRuns: 2_000 },
    );
  });

  it('holds for a filter whose wildcards are filled in', () => {
    fc.assert(
      fc.property(filters, subjects, (filter, rest) => {
        const subject = filter
          .flatMap((token) => (token === '>' ? rest : token === '*' ? rest[0]! : token))
          .join('.');
        expect(subjectFault(subject)).toBeUndefined();
        expect(matches(filter.join('.'), subject)).toBe(true);
      }),
    );
  });
});

describe('covers', () => {
  it.each([
    ['a.b', 'a.b', true],
    ['a.*', 'a.b', true],
    ['a.b', 'a.*', false],
    ['a.*', 'a.*', true],
    ['a.*', 'a.*.c', false],
    ['a.>', 'a.*', true],
    ['a.>', 'a.*.>', true],
    ['a.*.>', 'a.>', false],
    ['a.*', 'a.>', false],
    ['a.>', 'a', false],
    ['>', '>', true],
    ['>', 'a.*.c', true],
    ['*', '>', false],
    ['*.b', 'a.*', false],
  ])('%j covers %j: %p', (wide, narrow, expected) => {
    expect(covers(wide, narrow)).toBe(expected);
  });

  it('holds for a filter whose wildcards are filled in', () => {
    fc.assert(
      fc.property(filters, filters, (filter, rest) => {
        const one = rest[0] === '>' ? '*' : rest[0]!;
        const narrow = filter.flatMap((token) =>
          token === '>' ? rest : token === '*' ? one : token,
        );
        expect(covers(filter.join('.'), narrow.join('.'))).toBe(true);
      }),
    );
  });

  it('means that what the narrow filter matches, the wide one does', () => {
    fc.assert(
      fc.property(filters, filters, subjects, (one, other, subject) => {
        const [wide, narrow, text] = [one.join('.'), other.join('.'), subject.join('.')];
        const refuted = covers(wide, narrow) && matches(narrow, text) && !matches(wide, text);
        expect(refuted).toBe(false);
      }),
      { numRuns: 5_000 },
    );
  });

  it('is what matching is for a literal subject', () => {
    fc.assert(
      fc.property(filters, subjects, (filter, subject) => {
        const [f, s] = [filter.join('.'), subject.join('.')];
        expect(covers(f, s)).toBe(matches(f, s));
      }),
    );
  });
});
