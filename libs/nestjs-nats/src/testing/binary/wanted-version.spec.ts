import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { describeWanted, misfit, wantedVersion } from './wanted-version.js';

describe('wantedVersion', () => {
  it('takes any that the library supports by default', () => {
    expect(wantedVersion({})).toEqual({ minVersion: '2.10' });
    expect(wantedVersion({ minVersion: '2.9' })).toEqual({ minVersion: '2.9' });
  });

  it('takes a line or a version in place of a floor', () => {
    expect(wantedVersion({ version: '2.10' })).toEqual({ version: '2.10' });
    expect(wantedVersion({ version: '2.10.27' })).toEqual({ version: '2.10.27' });
    expect(() => wantedVersion({ version: '2.10', minVersion: '2.10.5' })).toThrow(
      'version "2.10" and minVersion "2.10.5" both say which nats-server will do: give one',
    );
  });

  it.each(['', '2', 'latest', 'v2.10', '2.10.', '2.10.27.1', '2.12.0-RC.1', '2.10 ', '2.x'])(
    'refuses the line "%s"',
    (version) =>
      expect(() => wantedVersion({ version })).toThrow(/is not a version line: expected/),
  );

  it.each(['', '2', 'latest'])('refuses the floor "%s"', (minVersion) =>
    expect(() => wantedVersion({ minVersion })).toThrow(/is not a nats-server version: expected/),
  );
});

describe('misfit', () => {
  const part = fc.nat({ max: 30 });
  const version = fc.tuple(part, part, part).map((parts) => parts.join('.'));

  it.each([
    ['2.9.10', { minVersion: '2.10' }, 'too old'],
    ['2.10.0', { minVersion: '2.10' }, undefined],
    ['2.15.1', { minVersion: '2.10' }, undefined],
    ['2.9.10', { version: '2.10' }, 'not 2.10.x'],
    ['2.10.27', { version: '2.10' }, undefined],
    ['2.15.1', { version: '2.10' }, 'not 2.10.x'],
    ['2.10.26', { version: '2.10.27' }, 'not 2.10.27'],
  ])('of %s and %j is %j', (found, wanted, problem) => expect(misfit(found, wanted)).toBe(problem));

  it('is the same for a line and for its two bounds', () => {
    fc.assert(
      fc.property(version, part, part, (found, major, minor) => {
        const [line, next] = [`${major}.${minor}`, `${major}.${minor + 1}`];
        const within =
          misfit(found, { minVersion: line }) === undefined &&
          misfit(found, { minVersion: next }) !== undefined;
        expect(misfit(found, { version: line }) === undefined).toBe(within);
      }),
    );
  });
});

describe('describeWanted', () => {
  it.each([
    [{ minVersion: '2.10' }, '2.10 or newer'],
    [{ version: '2.10' }, '2.10.x'],
    [{ version: '2.10.27' }, '2.10.27'],
  ])('of %j is "%s"', (wanted, text) => expect(describeWanted(wanted)).toBe(text));
});
