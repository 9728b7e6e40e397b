import { headers, type MsgHdrs } from '@nats-io/transport-node';
import type { Codec } from '../codec/codec.js';
import { jsonCodec } from '../codec/json.js';
import { isNatsTransportError } from '../errors/transport-error.js';
import { contentTypeHeaders } from './content-type.js';
import { type ErrorReply, errorReplyHeaders } from './error-reply.js';
import { encodePayload } from './payload.js';
import { endHeaders, frameHeaders } from './reply-frame.js';

/** An answer as it goes on the wire. */
export interface EncodedReply {
  readonly payload: Uint8Array;
  readonly headers?: MsgHdrs;
}

/** An answer that is there, or will be: serializers of an application may be asynchronous. */
export type MaybePromise<T> = T | Promise<T>;

/**
 * Writes the answers to requests; `subject` is that of the request. Every method may throw or reject
 * with `ENCODE_FAILED`.
 */
export interface ReplyFormat {
  /** The only answer; `undefined` is an empty one. */
  single(value: unknown, subject: string): MaybePromise<EncodedReply>;
  /** One of several answers, numbered from 1. */
  frame(value: unknown, sequence: number, subject: string): MaybePromise<EncodedReply>;
  /** The end of several answers. */
  end(frames: number): MaybePromise<EncodedReply>;
  /** Details that cannot be written are left out. */
  error(reply: ErrorReply): MaybePromise<EncodedReply>;
}

const NOTHING = new Uint8Array(0);

/** Writes answers that any NATS client understands: payload bytes, and headers for the rest. */
export class PlainReplyFormat implements ReplyFormat {
  constructor(private readonly codec: Codec) {}

  single(value: unknown, subject: string): EncodedReply {
    const payload = encodePayload(value, this.codec, subject);
    return { payload, headers: contentTypeHeaders(this.codec) };
  }

  frame(value: unknown, sequence: number, subject: string): EncodedReply {
    const payload = encodePayload(value, this.codec, subject);
    return { payload, headers: frameHeaders(sequence, contentTypeHeaders(this.codec)) };
  }

  end(frames: number): EncodedReply {
    return { payload: NOTHING, headers: endHeaders(frames) };
  }

  error(reply: ErrorReply): EncodedReply {
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
export function withHeaders(reply: EncodedReply, extra: MsgHdrs | undefined): EncodedReply {
  if (extra === undefined) return reply;
  const merged = reply.headers ?? headers();
  for (const [name, values] of extra) for (const value of values) merged.append(name, value);
  return { payload: reply.payload, headers: merged };
}
