import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isSemanticVersion } from './semantic-version.js';

const number = fc.nat().map(String);
const identifier = fc.oneof(number, fc.stringMatching(/^[0-9]*[A-Za-z-][0-9A-Za-z-]*$/));
const list = (item: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.array(item, { minLength: 1, maxLength: 4 }).map((items) => items.join('.'));

describe('isSemanticVersion', () => {
  it('accepts whatever the grammar makes', () => {
    const build = list(fc.stringMatching(/^[0-9A-Za-z-]+$/));
    fc.assert(
      fc.property(
        fc.tuple(number, number, number),
        fc.option(list(identifier)),
        fc.option(build),
        (core, before, build) => {
          const version =
            core.join('.') +
            (before === null ? '' : `-${before}`) +
            (build === null ? '' : `+${build}`);
          expect(isSemanticVersion(version)).toBe(version.length <= 256);
        },
      ),
    );
  });

  it.each([
    '',
    '1',
    '1.0',
    '01.0.0',
    '1.0.0-',
    '1.0.0-01',
    '1.0.0+',
    'v1.0.0',
    '1.0.0 ',
    '1.0.0\n',
  ])('refuses %j', (version) => {
    expect(isSemanticVersion(version)).toBe(false);
  });

  it.each([[undefined], [1], [null], [['1.0.0']]])('refuses what is no text: %j', (version) => {
    expect(isSemanticVersion(version)).toBe(false);
  });
});
