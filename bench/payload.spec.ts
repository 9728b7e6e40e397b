import { describe, expect, it } from '@jest/globals';
import { payloadOf } from './payload.js';

describe('payloadOf', () => {
  it.each([8, 16, 127, 128, 256, 2560, 4096])('makes JSON of %d bytes', (bytes) => {
    expect(Buffer.byteLength(JSON.stringify(payloadOf(bytes)))).toBe(bytes);
  });

  it('refuses what is too small for any', () => {
    expect(() => payloadOf(7)).toThrow(RangeError);
  });
});
