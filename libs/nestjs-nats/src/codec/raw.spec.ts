import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { rawCodec } from './raw.js';

const encode = (value: unknown): Uint8Array => rawCodec.encode(value, 'orders.created');
const decode = (payload: Uint8Array): unknown => rawCodec.decode(payload, 'orders.created');

describe('rawCodec', () => {
  it('gives back the bytes, as a copy', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (sent) => {
        const received = encode(sent);
        const value = decode(received) as Uint8Array;
        expect(value).toEqual(sent);
        expect(value.buffer).not.toBe(received.buffer);
      }),
    );
  });

  it('gives bytes that outlive the buffer they came in', () => {
    const socket = Buffer.from('..payload..');
    const value = decode(socket.subarray(2, 9)) as Uint8Array;
    socket.fill(0);
    expect(Buffer.from(value).toString()).toBe('payload');
    expect(value.buffer.byteLength).toBe(7);
  });

  it('takes a Buffer for the bytes it is', () => {
    expect(encode(Buffer.from('a'))).toEqual(Buffer.from('a'));
  });

  it.each([undefined, null, 'text', 1, true, {}, [1, 2], new ArrayBuffer(2), new Uint16Array(2)])(
    'refuses %p as ENCODE_FAILED',
    (value) => {
      expect(() => encode(value)).toThrow(
        expect.objectContaining({
          code: 'ENCODE_FAILED',
          message: expect.stringMatching(/Expected a Uint8Array or Buffer\.$/),
        }),
      );
    },
  );
});
