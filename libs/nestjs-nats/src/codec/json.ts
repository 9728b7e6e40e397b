import { named, throwFaults, wholeNumberFault } from '../errors/option-faults.js';
import { NatsTransportError } from '../errors/transport-error.js';
import type { Codec } from './codec.js';
import { dangerousKey, deeperThan } from './json-guard.js';

/** Is how deep objects and arrays may be nested in a JSON payload that is received. */
export const MAX_JSON_DEPTH = 64;

/** Sets a JSON codec of an application's own apart. */
export interface JsonCodecOptions {
  /** How deep objects and arrays may be nested in what is read. Default 64, minimum 1. */
  readonly maxDepth?: number;
}

const OURS = new WeakSet<Codec>();

/** Tells whether this is a JSON codec of ours, whose payloads need no `Content-Type`. */
export function isJsonCodec(codec: Codec): boolean {
  return OURS.has(codec);
}

/**
 * Makes a JSON codec with limits of its own.
 *
 * Reading refuses, as `DECODE_FAILED`: bytes that are not UTF-8, text that is not JSON, nesting
 * deeper than `maxDepth`, and keys that reach for an object's prototype.
 *
 * @throws NatsTransportError `INVALID_OPTIONS`
 */
export function jsonCodecWith({ maxDepth = MAX_JSON_DEPTH }: JsonCodecOptions): Codec {
  throwFaults(named('maxDepth', wholeNumberFault(maxDepth, 1)), 'the options of the JSON codec');
  const codec: Codec = {
    contentType: 'application/json',
    encode,
    decode: (bytes) => decode(bytes, maxDepth),
  };
  OURS.add(codec);
  return codec;
}

/**
 * Is the JSON codec, the default: what a message without a `Content-Type` is read as. It reads no
 * deeper than {@link MAX_JSON_DEPTH}; see {@link jsonCodecWith}.
 */
export const jsonCodec: Codec = jsonCodecWith({});

function encode(value: unknown): Uint8Array {
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
}

function decode(bytes: Uint8Array, maxDepth: number): unknown {
  const text = textOf(bytes);
  if (deeperThan(maxDepth, text)) throw undecodable(`it is nested deeper than ${maxDepth}`);
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
}

// of small payloads it reads twice as many as a Buffer does, which has to be made first
const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(bytes: Uint8Array): string {
  try {
    return UTF_8.decode(bytes);
  } catch (cause) {
    throw undecodable('the bytes are not UTF-8', cause);
  }
}

function undecodable(why: string, cause?: unknown): NatsTransportError {
  return new NatsTransportError('DECODE_FAILED', `Cannot read the payload as JSON: ${why}.`, {
    cause,
  });
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message.split('\n', 1)[0]! : String(cause);
}
