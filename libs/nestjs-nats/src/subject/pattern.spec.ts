import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isNatsTransportError } from '../errors/transport-error.js';
import { filterFault, matches } from './filter.js';
import { compilePattern } from './pattern.js';

const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/).filter((n) => n !== '__proto__');
const value = fc.constantFrom('7', 'a', 'é', 'a-b', ':a', 'x:y', '*a', 'toString');

/** Compiles, and tells what is wrong with the outcome, or that it is fine: a legal filter or the right error. */
function outcome(pattern: string): string {
  try {
    return filterFault(compilePattern(pattern).filter) ?? 'fine';
  } catch (error) {
    return isNatsTransportError(error, 'INVALID_SUBJECT') ? 'fine' : String(error);
  }
}

describe('compilePattern', () => {
  it.each(['a', 'a.b', 'a.*', '>', 'a:b', 'a:b.c', 'http://x'])(
    'leaves %j as it is, without params',
    (pattern) => {
      const compiled = compilePattern(pattern);
      expect(compiled).toMatchObject({ pattern, filter: pattern });
      expect(compiled.params('anything.at.all')).toEqual({});
    },
  );

  it.each([
    ['orders.:orderId.created', 'orders.*.created', 'orders.42.created', { orderId: '42' }],
    [':a', '*', 'x', { a: 'x' }],
    [':a.:b', '*.*', 'x.y', { a: 'x', b: 'y' }],
    ['a.*.:b', 'a.*.*', 'a.x.y', { b: 'y' }],
    [':a.>', '*.>', 'x.y.z', { a: 'x' }],
    ['a:b.:c', 'a:b.*', 'a:b.x', { c: 'x' }],
    [':_1', '*', 'x', { _1: 'x' }],
    [':constructor.:toString', '*.*', 'x.y', { constructor: 'x', toString: 'y' }],
  ])('compiles %j to %j', (pattern, filter, subject, params) => {
    const compiled = compilePattern(pattern);
    expect(compiled).toMatchObject({ pattern, filter });
    expect(compiled.params(subject)).toEqual(params);
  });

  it.each([
    [':', /a name is a letter or "_"/],
    ['a.:', /a name is a letter or "_"/],
    [':1a', /a name is a letter or "_"/],
    [':a-b', /a name is a letter or "_"/],
    [':a b', /a name is a letter or "_"/],
    ['::a', /a name is a letter or "_"/],
    [':é', /a name is a letter or "_"/],
    [':*', /a name is a letter or "_"/],
    [':a.:a', /the name stands twice/],
    [':a.b.:a', /the name stands twice/],
    [':__proto__', /the name is reserved/],
    ['a..:b', /empty token/],
    [':a.', /empty token/],
    [':a.b c', /a space/],
    [':a.>.b', /">" stands before the last token/],
    ['', /empty/],
    [undefined, /undefined, not a string/],
    [{ cmd: 'a' }, /not a string/],
  ])('refuses %p', (pattern, why) => {
    expect(() => compilePattern(pattern as string)).toThrow(
      expect.objectContaining({
        code: 'INVALID_SUBJECT',
        message: expect.stringMatching(why),
      }),
    );
  });

  it('says which named token is wrong, and shows a right one', () => {
    expect(() => compilePattern('orders.:1st')).toThrow(
      'Cannot use the pattern "orders.:1st": in the named token ":1st", ' +
        'a name is a letter or "_", then letters, digits or "_". ' +
        'Expected for example "orders.:orderId.created".',
    );
  });

  it('reads back what the named tokens were filled with', () => {
    const token = fc.oneof(
      fc.record({ kind: fc.constant('named'), name, value }),
      fc.record({ kind: fc.constant('literal'), name: fc.constantFrom('a', 'b:c'), value }),
      fc.record({ kind: fc.constant('wildcard'), name: fc.constant('*'), value }),
    );
    const tokens = fc.uniqueArray(token, {
      minLength: 1,
      maxLength: 6,
      selector: (t) => (t.kind === 'named' ? t.name : t),
    });
    fc.assert(
      fc.property(tokens, (parts) => {
        const pattern = parts.map((t) => (t.kind === 'named' ? `:${t.name}` : t.name)).join('.');
        const subject = parts.map((t) => (t.kind === 'literal' ? t.name : t.value)).join('.');
        const compiled = compilePattern(pattern);
        const named = parts.filter((t) => t.kind === 'named');
        const expected = new Map(named.map((t) => [t.name, t.value]));
        expect(filterFault(compiled.filter)).toBeUndefined();
        expect(matches(compiled.filter, subject)).toBe(true);
        expect(new Map(Object.entries(compiled.params(subject)))).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('compiles any text to a legal filter, or refuses it as INVALID_SUBJECT', () => {
    const text = fc
      .array(fc.constantFrom(':', '.', '*', '>', 'a', '_', '1', ' ', 'é'), { maxLength: 10 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (pattern) => {
        expect(outcome(pattern)).toBe('fine');
      }),
      { numRuns: 1_000 },
    );
  });
});
