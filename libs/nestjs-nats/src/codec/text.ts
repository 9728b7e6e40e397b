import { isUtf8 } from 'node:buffer';
import { NatsTransportError } from '../errors/transport-error.js';
import type { Codec } from './codec.js';

/** Is the codec for plain text in UTF-8; the value is a string. */
export const textCodec: Codec = {
  contentType: 'text/plain',

  encode(value) {
    if (typeof value === 'string') return Buffer.from(value, 'utf8');
    throw new NatsTransportError(
      'ENCODE_FAILED',
      `Cannot write a ${typeof value} as text. Expected a string.`,
    );
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
