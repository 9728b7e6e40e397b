import { describe, expect, it } from '@jest/globals';
import { encodePull, type PullRequest, pullSubject } from './pull-request.js';

const written = (request: PullRequest): unknown =>
  JSON.parse(Buffer.from(encodePull(request)).toString());

describe('encodePull', () => {
  it('writes durations in nanoseconds', () => {
    expect(written({ batch: 64, expiresMs: 30_000, heartbeatMs: 500.5 })).toEqual({
      batch: 64,
      expires: 30_000_000_000,
      idle_heartbeat: 500_500_000,
    });
  });

  it('names the group, and shows the id of its active process', () => {
    expect(written({ batch: 1, expiresMs: 1_000, group: 'g', pinId: 'abc' })).toEqual({
      batch: 1,
      expires: 1_000_000_000,
      group: 'g',
      id: 'abc',
    });
  });

  it('can ask for what no message fits into', () => {
    const request = { batch: 1, expiresMs: 1, noWait: true, maxBytes: 1 };
    expect(written(request)).toMatchObject({ no_wait: true, max_bytes: 1 });
  });
});

describe('pullSubject', () => {
  it('stands under the prefix of the domain', () => {
    const options = { apiPrefix: '$JS.hub.API', apiTimeoutMs: 1 };
    expect(pullSubject({ options }, { stream: 'ORDERS', consumer: 'billing' })).toBe(
      '$JS.hub.API.CONSUMER.MSG.NEXT.ORDERS.billing',
    );
  });
});
