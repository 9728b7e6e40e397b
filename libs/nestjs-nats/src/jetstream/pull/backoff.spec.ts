import { describe, expect, it } from '@jest/globals';
import { Backoff } from './backoff.js';

function fromStart(random: number): { at: (ms: number) => number } {
  let now = 0;
  const backoff = new Backoff(
    () => now,
    () => random,
  );
  return {
    at: (ms) => {
      now = ms;
      return backoff.nextMs();
    },
  };
}

describe('Backoff', () => {
  it('tries again at once, then later and later up to a second', () => {
    const { at } = fromStart(1);
    const delays = Array.from({ length: 9 }, (_, i) => at(i * 1_000));
    expect(delays).toEqual([0, 50, 100, 200, 400, 800, 1_000, 1_000, 1_000]);
  });

  it('spreads by a quarter', () => {
    const { at } = fromStart(0);
    expect([at(0), at(0), at(0), at(0)]).toEqual([0, 38, 75, 150]);
  });

  it('begins anew when nothing has failed for a while', () => {
    const { at } = fromStart(1);
    expect([at(0), at(5_000), at(10_000), at(15_001), at(15_002)]).toEqual([0, 50, 100, 0, 50]);
  });

  it('spreads by chance unless told otherwise', () => {
    const backoff = new Backoff();
    expect(backoff.nextMs()).toBe(0);
    const second = backoff.nextMs();
    expect(second).toBeGreaterThanOrEqual(37);
    expect(second).toBeLessThanOrEqual(50);
  });
});
