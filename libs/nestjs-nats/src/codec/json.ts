import { isUtf8 } from 'node:buffer';
import { NatsTransportError } from '../errors/transport-error.js';
import type { Codec } from './codec.js';
import { dangerousKey, deeperThan } from './json-guard.js';

/** Is how deep objects and arrays may be nested in a JSON payload that is received. */
export const MAX_JSON_DEPTH = 64;

/**
 * Is the JSON codec, the default: what a message without a `Content-Type` is read as.
 *
 * Reading refuses, as `DECODE_FAILED`: bytes that are not UTF-8, text that is not JSON, nesting
 * deeper than {@link MAX_JSON_DEPTH}, and keys that reach for an object's prototype.
 */
export const jsonCodec: Codec = {
  contentType: 'application/json',

  encode(value) {
    let text: string | undefined;
    try {
      text = JSON.stringify(value);
    } catch (cause) {
      throw new NatsTransportError(
        'ENCODE_FAILED',
        `Cannot write the value as JSON: ${reason(cause)}`,
        { cause },
      );
    }
    if (text === undefined) {
      throw new NatsTransportError('ENCODE_FAILED', `Cannot write a ${typeof value} as JSON.`);
    }
    return Buffer.from(text, 'utf8');
  },

  decode(bytes) {
    if (!isUtf8(bytes)) throw undecodable('the bytes are not UTF-8');
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    if (deeperThan(MAX_JSON_DEPTH, text))
      throw undecodable(`it is nested deeper than ${MAX_JSON_DEPTH}`);
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      // the parser quotes the payload in its message: that stays in the cause
      throw undecodable('the text is not JSON', cause);
    }
    const key = dangerousKey(text, value);
    if (key !== undefined)
      throw undecodable(`it has the key "${key}", which reaches for a prototype`);
    return value;
  },
};

function undecodable(why: string, cause?: unknown): NatsTransportError {
  return new NatsTransportError('DECODE_FAILED', `Cannot read the payload as JSON: ${why}.`, {
    cause,
  });
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message.split('\n', 1)[0]! : String(cause);
}
