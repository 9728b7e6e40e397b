import { isUtf8 } from 'node:buffer';
import { NatsTransportError } from '../errors/transport-error.js';
import type { Codec } from './codec.js';

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Is the codec for plain text in UTF-8; the value is a string. */
export const textCodec: Codec = {
  contentType: 'text/plain',

  encode(value) {
    if (typeof value !== 'string') {
      throw new NatsTransportError(
        'ENCODE_FAILED',
        `Cannot write a value of type ${typeof value} as text. Expected a string.`,
      );
    }
    // it would arrive as U+FFFD
    if (LONE_SURROGATE.test(value)) {
      throw new NatsTransportError(
        'ENCODE_FAILED',
        'Cannot write the text as UTF-8: it has half a surrogate pair in it.',
      );
    }
    return Buffer.from(value, 'utf8');
  },

  decode(bytes) {
    if (isUtf8(bytes)) {
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    }
    throw new NatsTransportError(
      'DECODE_FAILED',
      'Cannot read the payload as text: the bytes are not UTF-8.',
    );
  },
};
