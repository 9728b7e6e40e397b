import { headers as newHeaders, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import type { Codec } from '../codec/codec.js';
import { isJsonCodec } from '../codec/json.js';
import { codecFor } from '../codec/registry.js';
import { isNatsTransportError, NatsTransportError } from '../errors/transport-error.js';
import { HEADER } from './header-table.js';

/** Bytes as they go on the wire, with what describes them. */
export interface EncodedMessage {
  readonly payload: Uint8Array;
  readonly headers?: MsgHdrs;
}

/** A value that is there, or will be: serializers of an application may be asynchronous. */
export type MaybePromise<T> = T | Promise<T>;

/** Is what `undefined` travels as: no bytes, and no `Content-Type` that would make a value of them. */
export const NO_VALUE: EncodedMessage = { payload: new Uint8Array(0) };

/** Tells whether a message carries a value: bytes, or a `Content-Type` that says what none mean. */
export function hasValue(data: Uint8Array, headers: MsgHdrs | undefined): boolean {
  return data.length > 0 || headers?.has(HEADER.contentType) === true;
}

/**
 * Reads a payload by the codec its `Content-Type` names, or else by the `preferred` one; nothing at
 * all is `undefined`.
 *
 * @throws NatsTransportError `DECODE_FAILED`
 */
export function decodePayload(
  message: Pick<Msg, 'data' | 'subject'>,
  headers: MsgHdrs | undefined,
  preferred: Codec,
): unknown {
  const { data } = message;
  if (!hasValue(data, headers)) return undefined;
  const codec =
    headers === undefined ? preferred : codecFor(headers.get(HEADER.contentType), preferred);
  try {
    // a subject is bytes until it is asked for, and JSON does not
    return codec.decode(data, isJsonCodec(codec) ? '' : message.subject);
  } catch (cause) {
    if (isNatsTransportError(cause, 'DECODE_FAILED')) throw cause;
    const message = `The codec for ${codec.contentType} cannot read the payload.`;
    throw new NatsTransportError('DECODE_FAILED', message, { cause });
  }
}

/**
 * Writes a value, and names the codec in `Content-Type`; JSON goes without, as it is what a message
 * without the header is taken for (docs/adr/0004-json-carries-no-content-type.md).
 *
 * @throws NatsTransportError `ENCODE_FAILED`
 */
export function encodeMessage(value: unknown, codec: Codec, subject: string): EncodedMessage {
  if (value === undefined) return NO_VALUE;
  const payload = encode(value, codec, subject);
  if (isJsonCodec(codec)) return { payload };
  const headers = newHeaders();
  headers.set(HEADER.contentType, codec.contentType);
  return { payload, headers };
}

function encode(value: unknown, codec: Codec, subject: string): Uint8Array {
  try {
    return codec.encode(value, subject);
  } catch (cause) {
    if (isNatsTransportError(cause, 'ENCODE_FAILED')) throw cause;
    const message = `The codec for ${codec.contentType} cannot write the value.`;
    throw new NatsTransportError('ENCODE_FAILED', message, { cause });
  }
}
