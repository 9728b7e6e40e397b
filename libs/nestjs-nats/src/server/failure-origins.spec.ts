import { beforeEach, describe, expect, it } from '@jest/globals';
import { FailureOrigins } from './failure-origins.js';

const made = (message: string): Error => new Error(message);
const madeElsewhere = (message: string): Error => new Error(message);

const hostile = new Proxy(
  {},
  {
    get: () => {
      throw new Error('do not look');
    },
  },
);

describe('FailureOrigins', () => {
  let origins: FailureOrigins;
  beforeEach(() => {
    origins = new FailureOrigins();
  });

  it('has one name for all that is made at one place, whatever it says', () => {
    expect(origins.of(made('order 1'))).toBe(origins.of(made('order 2')));
  });

  it.each<[string, unknown, unknown]>([
    ['places', made('no'), madeElsewhere('no')],
    ['classes', new Error('no'), new TypeError('no')],
    ['codes', { code: 'A' }, { code: 'B' }],
    ['an error and none', made('no'), 'no'],
  ])('tells %s apart', (_, one, other) => {
    expect(origins.of(one)).not.toBe(origins.of(other));
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'no'],
    ['what has no texts', { code: 1, name: [], stack: {} }],
    ['what throws when it is looked at', hostile],
  ])('has none for %s', (_, failure) => {
    expect(origins.of(failure)).toBe('');
  });

  it('tells a bounded number apart, of a bounded length', () => {
    const names = Array.from({ length: 1_000 }, (_, i) => origins.of({ code: `C${i}` }));
    expect(new Set(names).size).toBe(101);
    expect(origins.of({ code: 'C0' })).toBe('C0');
    expect(new FailureOrigins().of({ code: 'x'.repeat(1_000_000) })).toHaveLength(256);
  });
});
