import { describe, expect, it } from '@jest/globals';
import { PullLimits } from './pull-limits.js';
import { readPullStatus } from './pull-status.js';

function refused(description: string) {
  const status = readPullStatus(409, description, () => '');
  if (status?.kind !== 'limited') throw new Error(`No limit in ${description}`);
  return status;
}

describe('PullLimits', () => {
  it('are as options say, with more heartbeats until a request has been served', () => {
    const limits = new PullLimits(30_000, 5_000);
    expect(limits).toMatchObject({ maxBatch: Infinity, expiresMs: 30_000, heartbeatMs: 500 });
    limits.prove();
    expect(limits.heartbeatMs).toBe(5_000);
    expect(new PullLimits(30_000, 200).heartbeatMs).toBe(200);
  });

  it('keep to what the server has named, and never grow', () => {
    const limits = new PullLimits(30_000, 5_000);
    limits.lower(refused('Exceeded MaxRequestBatch of 10'));
    limits.lower(refused('Exceeded MaxRequestBatch of 20'));
    expect([limits.maxBatch, limits.expiresMs]).toEqual([10, 30_000]);
    limits.lower(refused('Exceeded MaxRequestExpires of 4s'));
    limits.lower(refused('Exceeded MaxRequestExpires of 1m0s'));
    limits.prove();
    expect([limits.maxBatch, limits.expiresMs, limits.heartbeatMs]).toEqual([10, 4_000, 2_000]);
  });

  it('allow a request of one message for a millisecond at least', () => {
    const limits = new PullLimits(30_000, 5_000);
    limits.lower(refused('Exceeded MaxRequestBatch of 0'));
    limits.lower(refused('Exceeded MaxRequestExpires of 5ns'));
    expect([limits.maxBatch, limits.expiresMs]).toEqual([1, 1]);
  });
});
