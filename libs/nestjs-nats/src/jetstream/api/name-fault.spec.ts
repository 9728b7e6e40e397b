import { describe, expect, it } from '@jest/globals';
import { nameFault } from './name-fault.js';

describe('nameFault', () => {
  it.each(['ORDERS', 'orders-2_b', 'Größe', 'a:b', 'x'.repeat(255)])('accepts %j', (name) => {
    expect(nameFault(name)).toBeUndefined();
  });

  it.each([
    ['', /empty/],
    ['a.b', /"\." at position 1/],
    ['*', /"\*" at position 0/],
    ['a>', /">" at position 1/],
    ['a/b', /"\/" at position 1/],
    ['a\\b', /"\\" at position 1/],
    ['a b', /a space at position 1/],
    ['a\n', /LF at position 1/],
    ['é'.repeat(128), /longer than 255 bytes/],
    [undefined, /undefined, not a string/],
    [7, /not a string/],
  ])('refuses %j', (name, why) => {
    expect(nameFault(name)).toMatch(why);
  });
});
