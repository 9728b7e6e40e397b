import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nakPayload, termPayload } from './ack-payload.js';

const text = (payload: Uint8Array): string => Buffer.from(payload).toString();

describe('nakPayload', () => {
  it('counts in nanoseconds', () => {
    expect(text(nakPayload(0))).toBe('-NAK');
    expect(text(nakPayload(200))).toBe('-NAK {"delay":200000000}');
  });

  it('is an exact number for every timer', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), (delayMs) => {
        expect(text(nakPayload(delayMs))).toBe(`-NAK {"delay":${BigInt(delayMs) * 1_000_000n}}`);
      }),
    );
  });
});

describe('termPayload', () => {
  it.each([
    ['', '+TERM'],
    [' \n', '+TERM'],
    ['dead letter 7', '+TERM dead letter 7'],
    ['two\r\nlines', '+TERM two lines'],
    ['x'.repeat(300), `+TERM ${'x'.repeat(256)}`],
  ])('%j becomes %j', (reason, payload) => {
    expect(text(termPayload(reason))).toBe(payload);
  });
});
