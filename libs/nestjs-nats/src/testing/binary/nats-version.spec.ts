import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  compareVersions,
  describeFloor,
  isAtLeast,
  isOfLine,
  lineOf,
  parseVersion,
} from './nats-version.js';

const part = fc.nat({ max: 999 });
const version = fc.tuple(part, part, part).map((parts) => parts.join('.'));

describe('parseVersion', () => {
  it.each([
    ['2.15.1', [2, 15, 1]],
    ['v2.10.27', [2, 10, 27]],
    ['2.11', [2, 11, 0]],
    ['2.12.0-RC.1', [2, 12, 0]],
    ['2.10.27+ds', [2, 10, 27]],
  ])('reads %s', (text, parts) => expect(parseVersion(text)).toEqual(parts));

  it.each(['', '2', 'latest', '2.x', 'v', '2.10.', '2..1', '-1.2', '2.10.1.4'])(
    'refuses "%s"',
    (text) => expect(parseVersion(text)).toBeUndefined(),
  );
});

describe('compareVersions', () => {
  it('orders by number, not by text', () => {
    expect(compareVersions('2.9.10', '2.10')).toBeLessThan(0);
    expect(compareVersions('2.10.0', '2.10')).toBe(0);
  });

  it('is an order', () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(Math.sign(compareVersions(a, b))).toBe(0 - Math.sign(compareVersions(b, a)));
        const [oldest, , newest] = [a, b, c].toSorted(compareVersions);
        expect(isAtLeast(newest ?? '', oldest ?? '')).toBe(true);
      }),
    );
  });

  it('says what it expected', () => {
    expect(() => compareVersions('newest', '2.10')).toThrow(
      /"newest" is not a nats-server version: expected major\.minor/,
    );
  });
});

describe('isOfLine', () => {
  // few, so that two are often the same
  const part = fc.nat({ max: 12 });
  const version = fc.tuple(part, part, part).map((parts) => parts.join('.'));
  const line = fc.tuple(part, part).map((parts) => parts.join('.'));
  const suffix = fc.constantFrom('', '-RC.1', '+ds');

  it('takes every patch of a line, by number and not by text', () => {
    expect(isOfLine('2.10.27', '2.10')).toBe(true);
    expect(isOfLine('2.10.0', '2.10')).toBe(true);
    expect(isOfLine('v2.10.27+ds', '2.10')).toBe(true);
    expect(isOfLine('2.10.27', '2.1')).toBe(false);
    expect(isOfLine('2.1.27', '2.10')).toBe(false);
    expect(isOfLine('3.10.27', '2.10')).toBe(false);
  });

  it('takes one patch where that is named', () => {
    expect(isOfLine('2.10.27', '2.10.27')).toBe(true);
    expect(isOfLine('2.10.2', '2.10.27')).toBe(false);
    expect(isOfLine('2.10.5', '2.10.0')).toBe(false);
  });

  it('holds for the own line of a version, and for no other', () => {
    fc.assert(
      fc.property(version, suffix, line, version, (own, end, otherLine, other) => {
        expect(isOfLine(own + end, lineOf(own))).toBe(true);
        expect(isOfLine(own + end, own)).toBe(true);
        expect(isOfLine(own, otherLine)).toBe(own.startsWith(`${otherLine}.`));
        expect(isOfLine(own, other)).toBe(own === other);
      }),
    );
  });

  it('bounds what it takes from both sides', () => {
    fc.assert(
      fc.property(part, part, version, (major, minor, candidate) => {
        const within =
          isAtLeast(candidate, `${major}.${minor}`) &&
          !isAtLeast(candidate, `${major}.${minor + 1}`);
        expect(isOfLine(candidate, `${major}.${minor}`)).toBe(within);
      }),
    );
  });
});

describe('describeFloor', () => {
  it('names what the version is needed for', () => {
    expect(describeFloor('2.11')).toMatch(/^2\.11 or newer \(message TTL/);
    expect(describeFloor('2.11.3')).toMatch(/^2\.11\.3 or newer \(message TTL/);
    expect(describeFloor('2.10')).toBe('2.10 or newer');
  });
});
