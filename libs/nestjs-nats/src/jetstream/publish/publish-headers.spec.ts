import { describe, expect, it } from '@jest/globals';
import { headers } from '@nats-io/transport-node';
import type { StreamOptions } from '../../message/stream-options.js';
import { setStreamHeaders } from './publish-headers.js';

const AT = new Date('2031-05-06T07:08:09.012Z');

function written(options: StreamOptions, target?: string): Record<string, string | string[]> {
  const result = headers();
  const delayed = target && { schedule: { subject: 'schedules.S.1', at: AT }, target };
  setStreamHeaders(result, options, delayed || undefined);
  return Object.fromEntries([...result].map(([name, [value = '']]) => [name, value]));
}

describe('setStreamHeaders', () => {
  it('writes what NATS calls it', () => {
    expect(
      written({
        stream: 'ORDERS',
        delivery: 'at-most-once',
        msgId: 'a',
        expectLastSequence: 0,
        expectLastSubjectSequence: 7,
        expectLastMsgId: 'z',
        ttlMs: 5_000,
      }),
    ).toEqual({
      'Nats-Msg-Id': 'a',
      'Nats-Expected-Stream': 'ORDERS',
      'Nats-Expected-Last-Sequence': '0',
      'Nats-Expected-Last-Subject-Sequence': '7',
      'Nats-Expected-Last-Msg-Id': 'z',
      'Nats-TTL': '5',
    });
  });

  it.each([
    [1_000, '1'],
    [1_001, '2'],
    [1_999, '2'],
    ['never' as const, 'never'],
  ])('rounds the time to live %p up to the seconds %s', (ttlMs, seconds) => {
    expect(written({ ttlMs })).toEqual({ 'Nats-TTL': seconds });
  });

  it('counts the time to live of a delayed message from its delivery', () => {
    expect(written({ at: AT, ttlMs: 1_500 }, 'orders.1')).toEqual({
      'Nats-Schedule': '@at 2031-05-06T07:08:09.012Z',
      'Nats-Schedule-Target': 'orders.1',
      'Nats-Schedule-TTL': '2',
    });
  });
});
