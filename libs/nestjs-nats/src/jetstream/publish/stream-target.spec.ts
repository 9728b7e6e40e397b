import { describe, expect, it } from '@jest/globals';
import type { StreamOptions } from '../../message/stream-options.js';
import type { StreamDeclaration } from '../stream/stream-declaration.js';
import { type PublishRetryOptions, resolvePublishRetry } from './publish-retry.js';
import { type StreamTarget, StreamTargets } from './stream-target.js';

const STREAMS: StreamDeclaration[] = [
  {
    name: 'ORDERS',
    subjects: ['orders.>', 'schedules.ORDERS.*'],
    allow_msg_ttl: true,
    allow_msg_schedules: true,
  },
  { name: 'PLAIN', subjects: ['plain.>'] },
  { name: 'QUIET', subjects: ['quiet.>'], no_ack: true },
  { name: 'CRAMPED', subjects: ['cramped.>'], allow_msg_schedules: true },
  {
    name: 'FEW',
    subjects: ['few.>', 'schedules.>'],
    allow_msg_schedules: true,
    retention: 'interest',
  },
];

function target(
  subject: string,
  options: StreamOptions = {},
  retry?: PublishRetryOptions,
): StreamTarget | undefined {
  return new StreamTargets(STREAMS, resolvePublishRetry(retry)).find(subject, options);
}

describe('StreamTargets', () => {
  it('sends a subject of a declared stream to it, and waits for the acknowledgement', () => {
    expect(target('orders.7.created')).toEqual({
      stream: 'ORDERS',
      declaration: STREAMS[0],
      acknowledged: true,
      resendable: false,
      options: undefined,
      schedule: undefined,
      features: [],
    });
  });

  it('makes the target of messages that ask for nothing once', () => {
    const targets = new StreamTargets(STREAMS, resolvePublishRetry());
    expect(targets.find('orders.1', {})).toBe(targets.find('orders.2', {}));
  });

  it.each([[{}], [{ delivery: 'at-most-once' } as const], [{ msgId: undefined }]])(
    'leaves other subjects to core NATS, with the options %p',
    (options) => {
      expect(target('other', options)).toBeUndefined();
    },
  );

  it('sends any subject to a stream that is named', () => {
    expect(target('other', { stream: 'X' })).toMatchObject({
      stream: 'X',
      declaration: undefined,
      acknowledged: true,
      options: { stream: 'X' },
    });
    expect(target('plain.a', { stream: 'PLAIN' })).toMatchObject({ declaration: STREAMS[1] });
  });

  it('waits for nothing at most once, nor for a stream that does not acknowledge', () => {
    const options = { delivery: 'at-most-once' } as const;
    expect(target('orders.1', options)).toMatchObject({ stream: 'ORDERS', acknowledged: false });
    expect(target('quiet.1')).toMatchObject({ stream: 'QUIET', acknowledged: false });
  });

  it('may send again what has an id and expects nothing of the state of the stream', () => {
    expect(target('orders.1', { msgId: 'a' })).toMatchObject({ resendable: true });
    expect(target('orders.1', { msgId: 'a', stream: 'ORDERS' })).toMatchObject({
      resendable: true,
    });
    for (const expectation of [
      { expectLastSequence: 0 },
      { expectLastSubjectSequence: 0 },
      { expectLastMsgId: 'z' },
    ]) {
      expect(target('orders.1', { msgId: 'a', ...expectation })).toMatchObject({
        resendable: false,
      });
    }
  });

  it('makes an id of its own for every message that it helps, if wanted', () => {
    const ids = ['orders.1', 'orders.1'].map((subject) => {
      const made = target(subject, {}, { msgIds: 'all' });
      expect(made?.resendable).toBe(true);
      return made?.options?.msgId;
    });
    expect(new Set(ids).size).toBe(2);
    expect(target('orders.1', { msgId: 'a' }, { msgIds: 'all' })?.options?.msgId).toBe('a');
    const expecting = target('orders.1', { expectLastSequence: 0 }, { msgIds: 'all' });
    expect(expecting?.options).toEqual({ expectLastSequence: 0 });
    expect(target('other', {}, { msgIds: 'all' })).toBeUndefined();
  });

  it('keeps a delayed message on a subject of its own, until it is due', () => {
    const before = Date.now();
    const { schedule, features } = target('orders.1', { delayMs: 60_000, ttlMs: 1_000 })!;
    expect(schedule?.subject).toMatch(/^schedules\.ORDERS\.\w+$/);
    const leftMs = schedule!.at.getTime() - before;
    expect(leftMs).toBeGreaterThanOrEqual(60_000);
    expect(leftMs).toBeLessThan(70_000);
    expect(features).toEqual(['messageTtl', 'schedules']);
    const at = new Date();
    expect(target('orders.1', { at, scheduleId: 'r7' })?.schedule).toEqual({
      subject: 'schedules.ORDERS.r7',
      at,
    });
  });

  it.each<[subject: string, options: StreamOptions, fault: RegExp]>([
    ['other', { msgId: 'a' }, /^msgId: no declared stream takes "other"/],
    ['other', { delayMs: 5 }, /^delayMs: no declared stream takes "other"/],
    ['other', { delivery: 'at-most-once', ttlMs: 1_000 }, /^ttlMs: no declared stream/],
    ['orders.1', { msgId: '' }, /^msgId: expected a text/],
    ['plain.1', { ttlMs: 1_000 }, /^ttlMs: the stream "PLAIN" is declared without allow_msg_ttl/],
    ['plain.1', { delayMs: 5 }, /^delayMs: .*declared without allow_msg_schedules/],
    ['plain.1', { at: new Date() }, /^at: .*declared without allow_msg_schedules/],
    ['cramped.1', { delayMs: 5 }, /^delayMs: .*needs the subject "schedules\.CRAMPED\.\*"/],
    ['few.1', { delayMs: 5 }, /^delayMs: .*the retention "interest"/],
  ])('refuses on %s the options %p', (subject, options, fault) => {
    expect(() => target(subject, options)).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTIONS',
        details: { faults: [expect.stringMatching(fault)] },
      }),
    );
  });
});
