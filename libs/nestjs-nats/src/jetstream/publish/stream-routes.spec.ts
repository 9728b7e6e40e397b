import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { matches } from '../../subject/filter.js';
import { StreamRoutes } from './stream-routes.js';

const routes = new StreamRoutes([
  { name: 'ORDERS', subjects: ['orders.>', 'returns.*.opened'] },
  { name: 'REPORTS', subjects: ['reports.daily', 'a*.b'] },
  { name: 'COPY', subjects: [] },
]);

describe('StreamRoutes', () => {
  it.each([
    ['orders.7.created', 'ORDERS'],
    ['returns.7.opened', 'ORDERS'],
    ['reports.daily', 'REPORTS'],
    // a star within a token stands for itself
    ['a*.b', 'REPORTS'],
    ['orders', undefined],
    ['returns.7.8.opened', undefined],
    ['reports.weekly', undefined],
    ['REPORTS.daily', undefined],
    ['ab.b', undefined],
  ])('finds the stream that takes %s', (subject, name) => {
    expect(routes.find(subject)?.name).toBe(name);
    // what is remembered is no other answer
    expect(routes.find(subject)?.name).toBe(name);
  });

  it('finds a stream by its name', () => {
    expect(routes.named('COPY')).toEqual({ name: 'COPY', subjects: [] });
    expect(routes.named('orders')).toBeUndefined();
  });

  it('finds nothing where nothing is declared', () => {
    expect(new StreamRoutes([]).find('orders.created')).toBeUndefined();
  });

  it('finds what the filters say, for more subjects than it remembers', () => {
    const token = fc.constantFrom('a', 'b', 'c');
    const subject = fc.array(token, { minLength: 1, maxLength: 4 }).map((all) => all.join('.'));
    const filter = fc
      .array(fc.constantFrom('a', 'b', '*'), { minLength: 1, maxLength: 3 })
      .map((all) => all.join('.'));
    fc.assert(
      fc.property(fc.array(filter), fc.array(subject), (subjects, published) => {
        const found = new StreamRoutes([{ name: 'S', subjects }]);
        for (const one of [...published, ...published]) {
          expect(found.find(one) !== undefined).toBe(subjects.some((f) => matches(f, one)));
        }
      }),
    );
    for (let i = 0; i < 3_000; i++) {
      expect(routes.find(`orders.${i}`)?.name).toBe('ORDERS');
      expect(routes.find(`other.${i}`)).toBeUndefined();
    }
  });
});
