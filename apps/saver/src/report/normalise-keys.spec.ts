import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { camelCase, normaliseKeys } from './normalise-keys.js';

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/);
const words = fc.array(word, { minLength: 1, maxLength: 4 });
const snake = (parts: string[]) => parts.join('_');
const camel = ([first, ...rest]: string[]) =>
  [first, ...rest.map((part) => part[0]!.toUpperCase() + part.slice(1))].join('');

describe('camelCase', () => {
  it.each([
    ['event_name', 'eventName'],
    ['eventName', 'eventName'],
    ['a_b_c', 'aBC'],
    ['part_2', 'part2'],
    ['_id', '_id'],
    ['id_', 'id_'],
    ['a__b', 'a__b'],
    ['__proto__', '__proto__'],
    ['', ''],
  ])('%s becomes %s', (key, expected) => {
    expect(camelCase(key)).toBe(expected);
  });

  it('turns any snake_case into camelCase', () => {
    fc.assert(fc.property(words, (parts) => expect(camelCase(snake(parts))).toBe(camel(parts))));
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string(), (key) => expect(camelCase(camelCase(key))).toBe(camelCase(key))),
    );
  });
});

describe('normaliseKeys', () => {
  it('gives what the sender would have written in camelCase', () => {
    const record = fc.array(fc.tuple(words, fc.jsonValue()));
    fc.assert(
      fc.property(record, (fields) => {
        const sent = Object.fromEntries(fields.map(([parts, value]) => [snake(parts), value]));
        const meant = Object.fromEntries(fields.map(([parts, value]) => [camel(parts), value]));
        // spellings that differ may mean one key ("a_1" and "a1"): then which one wins is open
        fc.pre(Object.keys(sent).length === Object.keys(meant).length);
        expect(normaliseKeys(sent)).toEqual(meant);
      }),
    );
  });

  it('never changes its argument, and nothing the second time', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const before = JSON.stringify(value);
        const result = normaliseKeys(value);
        expect(JSON.stringify(value)).toBe(before);
        expect(normaliseKeys(result)).toEqual(result);
      }),
    );
  });

  it.each([null, 1, 'a_b', [{ a_b: 1 }], undefined])('gives back %j as it is', (value) => {
    expect(normaliseKeys(value)).toBe(value);
  });

  it('prefers camelCase where both spellings are present, in either order', () => {
    expect(normaliseKeys({ event_name: 1, eventName: 2 })).toEqual({ eventName: 2 });
    expect(normaliseKeys({ eventName: 2, event_name: 1 })).toEqual({ eventName: 2 });
  });

  it('leaves nested keys and the prototype alone', () => {
    const read = normaliseKeys(JSON.parse('{"a_b":{"c_d":1},"__proto__":{"e_f":2}}')) as object;
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(read).toHaveProperty('aB', { c_d: 1 });
  });
});
