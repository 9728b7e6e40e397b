import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { textCodec } from './text.js';

const encode = (value: unknown): Uint8Array => textCodec.encode(value, 'orders.created');
const decode = (payload: Uint8Array): unknown => textCodec.decode(payload, 'orders.created');

describe('textCodec', () => {
  it('gives back every text, the empty one too', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(decode(encode(text))).toBe(text);
      }),
    );
  });

  it('reads a view into a larger buffer, and only that', () => {
    expect(decode(Buffer.from('..größe..').subarray(2, 9))).toBe('größe');
  });

  it('keeps a byte order mark', () => {
    expect(decode(encode('\ufeffa'))).toBe('\ufeffa');
  });

  it.each([undefined, null, 1, 1n, true, {}, ['a'], Buffer.from('a'), new String('a')])(
    'refuses %p as ENCODE_FAILED',
    (value) => {
      expect(() => encode(value)).toThrow(
        expect.objectContaining({
          code: 'ENCODE_FAILED',
          message: expect.stringMatching(/Expected a string\.$/),
        }),
      );
    },
  );

  it('refuses half a surrogate pair, which UTF-8 cannot hold, as ENCODE_FAILED', () => {
    expect(() => encode('a\ud800b')).toThrow(expect.objectContaining({ code: 'ENCODE_FAILED' }));
  });

  it('takes any bytes: text when they are UTF-8, else DECODE_FAILED', () => {
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6 }), (bytes) => {
        expect(outcome(() => decode(bytes))).toEqual(
          outcome(() => strict.decode(bytes)) ?? 'DECODE_FAILED',
        );
      }),
      { numRuns: 1_000 },
    );
  });
});

/** Gives what `read` returns, or the code of what it throws. */
function outcome(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    const { code } = error as { code: string };
    return code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? undefined : code;
  }
}
