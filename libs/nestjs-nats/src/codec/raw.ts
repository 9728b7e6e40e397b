import { NatsTransportError } from '../errors/transport-error.js';
import type { Codec } from './codec.js';

/** Is the codec for bytes as they are; the value is a `Uint8Array`. */
export const rawCodec: Codec = {
  contentType: 'application/octet-stream',

  encode(value) {
    if (value instanceof Uint8Array) return value;
    throw new NatsTransportError(
      'ENCODE_FAILED',
      `Cannot send a ${typeof value} as raw bytes. Expected a Uint8Array or Buffer.`,
    );
  },

  decode(bytes) {
    // the bytes are a view of the socket's buffer, which the next read overwrites or which a
    // handler would keep alive as a whole: what leaves here is a copy
    return new Uint8Array(bytes);
  },
};
