import { describe, expect, it } from '@jest/globals';
import { NATS_ERROR_CODES } from './codes.js';

const entries = Object.entries(NATS_ERROR_CODES);

describe('NATS_ERROR_CODES', () => {
  it.each(entries)(
    '%s is a word for programs, explained in one plain line',
    (code, explanation) => {
      expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
      expect(explanation).toMatch(/^[a-z][^\n]+[^.\s]$/);
    },
  );

  it('explains no two codes alike', () => {
    expect(new Set(entries.map(([, explanation]) => explanation)).size).toBe(entries.length);
  });

  it('keeps the codes that programs branch on', () => {
    expect(Object.keys(NATS_ERROR_CODES)).toEqual(
      expect.arrayContaining([
        'CLOSED',
        'CONNECTION_FAILED',
        'CONNECTION_LOST',
        'DECODE_FAILED',
        'DUPLICATE_HANDLER',
        'ENCODE_FAILED',
        'INVALID_HEADER',
        'INVALID_OPTIONS',
        'INVALID_SUBJECT',
        'NO_RESPONDERS',
        'NOT_CONNECTED',
        'PAYLOAD_TOO_LARGE',
        'PERMISSION_DENIED',
        'TIMEOUT',
        'UNAVAILABLE',
      ]),
    );
  });
});
