import type { MsgHdrs } from '@nats-io/transport-node';
import { type Codec } from '../codec/codec.js';
import { codecFor } from '../codec/registry.js';
import { NatsTransportError, isNatsTransportError } from '../errors/transport-error.js';
import { HEADER } from './header-table.js';

/**
 * Reads a payload by the codec its `Content-Type` names, or else by the `preferred` one.
 *
 * @throws NatsTransportError `DECODE_FAILED`
 */
export function decodePayload(
  data: Uint8Array,
  headers: MsgHdrs | undefined,
  preferred: Codec,
  subject: string,
): unknown {
  const codec =
    headers === undefined ? preferred : codecFor(headers.get(HEADER.contentType), preferred);
  try {
    return codec.decode(data, subject);
  } catch (cause) {
    if (isNatsTransportError(cause, 'DECODE_FAILED')) throw cause;
    throw new NatsTransportError(
      'DECODE_FAILED',
      `The codec for ${codec.contentType} cannot read the payload.`,
      { cause },
    );
  }
}

/**
 * Writes a payload.
 *
 * @throws NatsTransportError `ENCODE_FAILED`
 */
export function encodePayload(value: unknown, codec: Codec, subject: string): Uint8Array {
  try {
    return codec.encode(value, subject);
  } catch (cause) {
    if (isNatsTransportError(cause, 'ENCODE_FAILED')) throw cause;
    throw new NatsTransportError(
      'ENCODE_FAILED',
      `The codec for ${codec.contentType} cannot write the value.`,
      { cause },
    );
  }
}
