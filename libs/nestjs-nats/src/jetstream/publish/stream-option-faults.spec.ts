import { describe, expect, it } from '@jest/globals';
import type { StreamOptions } from '../../message/stream-options.js';
import { streamOptionFaults } from './stream-option-faults.js';

describe('streamOptionFaults', () => {
  it.each<StreamOptions>([
    {},
    { stream: 'ORDERS', delivery: 'at-most-once', msgId: 'order 7, first' },
    { expectLastSequence: 0, expectLastSubjectSequence: 3, expectLastMsgId: 'a' },
    { ttlMs: 1_000, delayMs: 1, scheduleId: 'order-7' },
    { ttlMs: 'never', at: new Date() },
    { at: new Date(0) },
    { at: new Date(Date.UTC(9999, 11, 31)) },
  ])('accepts %p', (options) => {
    expect(streamOptionFaults(options)).toEqual([]);
  });

  it.each<[options: object, fault: RegExp]>([
    [{ stream: 'a.b' }, /^stream: it contains "\."/],
    [{ stream: '' }, /^stream: it is empty/],
    [{ stream: 7 }, /^stream: it is a value of type number/],
    [{ delivery: 'exactly-once' }, /^delivery: expected 'at-most-once'/],
    [{ msgId: '' }, /^msgId: expected a text/],
    [{ msgId: 7 }, /^msgId: expected a text/],
    [{ msgId: ' a' }, /^msgId: it has white space/],
    [{ msgId: 'a\r\nNats-TTL: 1' }, /^msgId: .*a line break/],
    [{ msgId: 'a\0b' }, /^msgId: .*NUL/],
    [{ expectLastMsgId: 'a\n' }, /^expectLastMsgId: /],
    [{ expectLastSequence: -1 }, /^expectLastSequence: expected a whole number, at least 0/],
    [{ expectLastSequence: '1' }, /^expectLastSequence: /],
    [{ expectLastSubjectSequence: 1.5 }, /^expectLastSubjectSequence: /],
    [{ ttlMs: 999 }, /^ttlMs: expected a whole number, at least 1000/],
    [{ ttlMs: 'always' }, /^ttlMs: /],
    [{ ttlMs: Infinity }, /^ttlMs: /],
    [{ delayMs: 0 }, /^delayMs: expected a whole number from 1/],
    [{ delayMs: Number.MAX_SAFE_INTEGER }, /^delayMs: /],
    [{ at: new Date(Number.NaN) }, /^at: expected a Date/],
    [{ at: new Date(Date.UTC(10_000, 0)) }, /^at: expected a Date up to the year 9999/],
    [{ at: '2030-01-01' }, /^at: expected a Date/],
    [{ at: new Date(), delayMs: 5 }, /^at: delayMs says it already/],
    [{ scheduleId: 'a' }, /^scheduleId: there is no delayMs or at/],
    [{ scheduleId: 'a.b', delayMs: 5 }, /^scheduleId: it contains "\."/],
    [{ delayMs: 5, expectLastSubjectSequence: 0 }, /^expectLastSubjectSequence: a delayed message/],
  ])('refuses %p', (options, fault) => {
    expect(streamOptionFaults(options as StreamOptions)).toEqual([expect.stringMatching(fault)]);
  });

  it('names all faults at once', () => {
    const options = { msgId: '', ttlMs: 1, delayMs: -1 } as const;
    expect(streamOptionFaults(options)).toHaveLength(3);
  });
});
