import { describe, expect, it } from '@jest/globals';
import type { DurableState } from '../index.js';
import { type DurableCheckOptions, durableFaults, sighted } from './durable-verdict.js';

const IDLE: DurableState = {
  stream: 'ORDERS',
  durable: 'billing',
  pending: 0,
  unacknowledged: 0,
  redelivered: 0,
  deliveries: 7,
  settled: 7,
};
const BUSY = { ...IDLE, pending: 5, unacknowledged: 3, redelivered: 2, deliveries: 10 };
const WHICH = { stream: 'ORDERS', durable: 'billing' };

function faults(state: DurableState, limits: Partial<DurableCheckOptions>): string[] {
  return durableFaults(sighted(state, undefined, 0), { ...WHICH, ...limits }, 0);
}

describe('durableFaults', () => {
  it.each([
    [{}, 0],
    [{ maxPending: 5, maxUnacknowledged: 3, maxRedelivered: 2 }, 0],
    [{ maxPending: 4 }, 1],
    [{ maxUnacknowledged: 2 }, 1],
    [{ maxRedelivered: 1 }, 1],
    [{ maxPending: 0, maxUnacknowledged: 0, maxRedelivered: 0 }, 3],
  ])('finds with the limits %j so many: %d', (limits, count) => {
    expect(faults(BUSY, limits)).toHaveLength(count);
    expect(faults(IDLE, limits)).toEqual([]);
  });

  it.each<[string, DurableState, DurableState, number]>([
    ['does not move', BUSY, BUSY, 1],
    ['has delivered again', BUSY, { ...BUSY, deliveries: 11 }, 0],
    ['has settled', BUSY, { ...BUSY, settled: 8 }, 0],
    ['has nothing to do', BUSY, { ...BUSY, pending: 0, unacknowledged: 0 }, 0],
    ['waits for a handler that does not end', BUSY, { ...BUSY, pending: 0 }, 1],
    ['has something to do since just now', IDLE, { ...IDLE, pending: 1 }, 0],
  ])('says of one that %s so many: %#', (_, first, second, count) => {
    const before = sighted(IDLE, undefined, 0);
    const seen = sighted(second, sighted(first, before, 1_000), 12_000);
    // what was idle before has not stood still by being so
    expect(durableFaults(seen, { ...WHICH, maxStillMs: 10_999 }, 12_000)).toHaveLength(count);
  });

  it('counts from when it was last seen to move', () => {
    const moved = sighted(BUSY, sighted(IDLE, undefined, 0), 1_000);
    const still = sighted(BUSY, sighted(BUSY, moved, 2_000), 3_000);
    expect(durableFaults(still, { ...WHICH, maxStillMs: 2_000 }, 3_000)).toEqual([]);
    expect(durableFaults(still, { ...WHICH, maxStillMs: 1_999 }, 3_000)).toEqual([
      expect.stringContaining('for 2000 ms'),
    ]);
  });
});
