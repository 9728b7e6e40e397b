import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { printDuration, printSetting } from './print-setting.js';

describe('printDuration', () => {
  it.each([
    [0, '0s'],
    [1, '1ns'],
    [60_000, '60µs'],
    [100_000_000, '100ms'],
    [1_500_000_000, '1s500ms'],
    [90_000_000_000, '1m30s'],
    [3_600_000_000_000, '1h'],
    [7 * 86_400_000_000_000, '7d'],
    [-1_000_000_000, '-1s'],
  ])('prints %p ns as %s', (nanoseconds, text) => {
    expect(printDuration(nanoseconds)).toBe(text);
  });

  it('tells any two apart', () => {
    const size = { d: 86_400_000_000_000, h: 3_600_000_000_000, m: 60_000_000_000 };
    const sizes: Record<string, number> = { ...size, s: 1e9, ms: 1e6, µs: 1e3, ns: 1 };
    fc.assert(
      fc.property(fc.maxSafeNat(), (nanoseconds) => {
        const parts = [...printDuration(nanoseconds).matchAll(/(\d+)([a-zµ]+)/g)];
        const sum = parts.reduce((total, [, count, unit]) => total + +count! * sizes[unit!]!, 0);
        expect(sum).toBe(nanoseconds);
      }),
    );
  });
});

describe('printSetting', () => {
  it.each([
    ['max_age', 60_000_000_000, '1m'],
    ['max_age', 0, 'none'],
    ['max_age', 1.5, '1.5'],
    ['max_msgs', 500, '500'],
    ['max_msgs', -1, 'no limit'],
    ['backoff', [1_000_000_000, 60_000_000_000], '1s, 1m'],
    ['allow_direct', false, 'false'],
    ['subjects', ['a.>', 'b\n'], String.raw`"a.>", "b\n"`],
    ['subjects', [], 'none'],
    ['description', '', 'none'],
    ['description', undefined, 'none'],
    ['mirror', null, 'none'],
    ['placement', {}, 'none'],
    ['metadata', { 'a\n': 'b' }, String.raw`{ "a\n" "b" }`],
    [
      'consumer_limits',
      { inactive_threshold: 60_000_000_000, max_ack_pending: 5 },
      '{ inactive_threshold 1m, max_ack_pending 5 }',
    ],
  ])('prints %s %p as %s', (field, value, text) => {
    expect(printSetting(field, value)).toBe(text);
  });
});
