import { headers, type MsgHdrs } from '@nats-io/transport-node';
import type { Codec } from '../codec/codec.js';
import { jsonCodec } from '../codec/json.js';
import { isNatsTransportError } from '../errors/transport-error.js';
import { type ErrorReply, errorReplyHeaders } from './error-reply.js';
import { type EncodedMessage, encodeMessage, type MaybePromise, NO_VALUE } from './payload.js';
import { endHeaders, frameHeaders } from './reply-frame.js';

/**
 * Writes the answers to requests; `subject` is that of the request. Every method may throw or reject
 * with `ENCODE_FAILED`.
 */
export interface ReplyFormat {
  /** The only answer; `undefined` is an empty one. */
  single(value: unknown, subject: string): MaybePromise<EncodedMessage>;
  /** One of several answers, numbered from 1. */
  frame(value: unknown, sequence: number, subject: string): MaybePromise<EncodedMessage>;
  /** The end of several answers. */
  end(frames: number): MaybePromise<EncodedMessage>;
  /** Details that cannot be written are left out. */
  error(reply: ErrorReply): MaybePromise<EncodedMessage>;
}

/** Writes answers that any NATS client understands: payload bytes, and headers for the rest. */
export class PlainReplyFormat implements ReplyFormat {
  constructor(private readonly codec: Codec) {}

  single(value: unknown, subject: string): EncodedMessage {
    return encodeMessage(value, this.codec, subject);
  }

  frame(value: unknown, sequence: number, subject: string): EncodedMessage {
    const { payload, headers } = encodeMessage(value, this.codec, subject);
    return { payload, headers: frameHeaders(sequence, headers) };
  }

  end(frames: number): EncodedMessage {
    return { ...NO_VALUE, headers: endHeaders(frames) };
  }

  error(reply: ErrorReply): EncodedMessage {
    return { payload: errorBody(reply), headers: errorReplyHeaders(reply) };
  }
}

function errorBody({ body }: ErrorReply): Uint8Array {
  try {
    return jsonCodec.encode(body, '');
  } catch (error) {
    if (!isNatsTransportError(error, 'ENCODE_FAILED')) throw error;
    return jsonCodec.encode({ code: body.code, message: body.message }, '');
  }
}

/** Adds what a handler has set for its answer. */
export function withHeaders(reply: EncodedMessage, extra: MsgHdrs | undefined): EncodedMessage {
  if (extra === undefined) return reply;
  const merged = reply.headers ?? headers();
  for (const [name, values] of extra) for (const value of values) merged.append(name, value);
  return { payload: reply.payload, headers: merged };
}
