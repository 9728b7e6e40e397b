import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareVersions, describeFloor, isAtLeast, parseVersion } from './nats-version.js';

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

describe('describeFloor', () => {
  it('names what the version is needed for', () => {
    expect(describeFloor('2.11')).toMatch(/^2\.11 or newer \(message TTL/);
    expect(describeFloor('2.11.3')).toMatch(/^2\.11\.3 or newer \(message TTL/);
    expect(describeFloor('2.10')).toBe('2.10 or newer');
  });
});
