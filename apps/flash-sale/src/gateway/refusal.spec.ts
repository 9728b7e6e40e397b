import { describe, expect, it } from '@jest/globals';
import { NATS_ERROR_CODES, type NatsErrorCode, NatsTransportError } from 'nestjs-nats';
import { isRefusalReason, Refusal, refusal } from './refusal.js';

const of = (code: NatsErrorCode) => refusal(new NatsTransportError(code, 'why')) as Refusal;

/** With these the stream has said no, or nothing was sent. */
const NOT_STORED: NatsErrorCode[] = [
  'BUFFER_FULL',
  'CONNECTION_FAILED',
  'JETSTREAM_DISABLED',
  'JETSTREAM_REFUSED',
  'NOT_CONNECTED',
  'NO_RESPONDERS',
  'SERVER_TOO_OLD',
  'STREAM_MISMATCH',
  'STREAM_NOT_FOUND',
  'UNAVAILABLE',
];

describe('what a buyer without a ticket is told', () => {
  it('is that the queue is full', () => {
    expect(of('STREAM_FULL').reason).toBe('busy');
    expect(of('STREAM_FULL').getStatus()).toBe(429);
    expect(of('STREAM_FULL').message).toMatch(/not put in the queue/);
  });

  it.each(NOT_STORED)('is that the queue is away: %s', (code) => {
    expect(of(code).reason).toBe('away');
    expect(of(code).getStatus()).toBe(503);
    expect(of(code).message).toMatch(/not put in/);
  });

  const others = Object.keys(NATS_ERROR_CODES) as NatsErrorCode[];
  it.each(others.filter((code) => code !== 'STREAM_FULL' && !NOT_STORED.includes(code)))(
    'claims nothing when the stream may have the purchase: %s',
    (code) => {
      expect(of(code).reason).toBe('unknown');
      expect(of(code).getStatus()).toBe(503);
      expect(of(code).message).not.toMatch(/\bnot put\b|nothing was/i);
    },
  );

  it('is nothing of the sort when our own code is at fault', () => {
    const bug = new TypeError('of a bug');
    expect(refusal(bug)).toBe(bug);
  });

  it('has a page of its own, and nothing else has', () => {
    expect(['busy', 'away', 'unknown'].every(isRefusalReason)).toBe(true);
    expect(['', 'buy', 'constructor', '__proto__'].some(isRefusalReason)).toBe(false);
  });
});
