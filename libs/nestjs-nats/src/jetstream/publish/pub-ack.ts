import { isUtf8 } from 'node:buffer';
import type { ApiErrorBody } from '../api/api-error.js';

/** Is what a stream answers when it has stored a message. */
export interface PubAck {
  /** The stream that has the message. */
  readonly stream: string;
  /** The message's sequence in the stream. */
  readonly seq: number;
  /** Whether the stream had a message of this id already, under `seq`, and stored nothing. */
  readonly duplicate: boolean;
  /** The JetStream domain of the stream, when the server has one. */
  readonly domain?: string;
}

/** Is what a stream answers when it has stored a batch: `seq` is that of its last message. */
export interface BatchAck extends PubAck {
  /** How many messages were stored. */
  readonly count: number;
}

/** What a stream says to a message: that it is stored, or why it is not. */
export type PubReply =
  { readonly ack: PubAck; readonly count?: number } | { readonly error: ApiErrorBody };

const HEAD = Buffer.from('{"stream":"');
const SEQ = Buffer.from('"seq":');
const [QUOTE, COMMA, SPACE, BRACE, ZERO, NINE] = Buffer.from('", }09');
/** More digits do not fit into a safe integer. */
const MAX_DIGITS = 15;
/** No stream says more; somebody else has answered. */
const MAX_REPLY_BYTES = 4096;

/**
 * Reads the sequence from an acknowledgement in its usual form, `{"stream":"ORDERS","seq":12}`, or
 * gives nothing when the bytes say more than that, or something else.
 *
 * It is one pass over some thirty bytes, where parsing JSON would make a string, an object and its
 * fields first.
 */
export function plainAckSequence(data: Uint8Array, stream: string): number | undefined {
  for (let i = 0; i < HEAD.length; i++) if (data[i] !== HEAD[i]) return undefined;
  let at = HEAD.length;
  // names of streams are ASCII here: a name with other letters is left to the parser
  for (let i = 0; i < stream.length; i++) {
    if (data[at++] !== stream.charCodeAt(i)) return undefined;
  }
  if (data[at++] !== QUOTE || data[at++] !== COMMA) return undefined;
  if (data[at] === SPACE) at++;
  for (let i = 0; i < SEQ.length; i++) if (data[at++] !== SEQ[i]) return undefined;
  const digits = data.length - at - 1;
  if (digits < 1 || digits > MAX_DIGITS || data[data.length - 1] !== BRACE) return undefined;
  let seq = 0;
  for (const last = data.length - 1; at < last; at++) {
    const digit = data[at]!;
    if (digit < ZERO! || digit > NINE!) return undefined;
    seq = seq * 10 + (digit - ZERO!);
  }
  return seq === 0 ? undefined : seq;
}

/**
 * Reads what a stream says to a message, or gives nothing when it is no such thing: whoever
 * subscribes to the subject may answer too, and can answer anything.
 */
export function readPubReply(data: Uint8Array): PubReply | undefined {
  const value = parse(data);
  if (typeof value !== 'object' || value === null) return undefined;
  const { stream, seq, duplicate = false, domain, error, count } = value as Record<string, unknown>;
  if (error !== undefined) return isApiError(error) ? { error } : undefined;
  if (typeof stream !== 'string' || stream === '') return undefined;
  if (!isPositive(seq) || typeof duplicate !== 'boolean') return undefined;
  const ack: PubAck =
    typeof domain === 'string' ? { stream, seq, duplicate, domain } : { stream, seq, duplicate };
  return isPositive(count) ? { ack, count } : { ack };
}

function parse(data: Uint8Array): unknown {
  if (data.length === 0 || data.length > MAX_REPLY_BYTES || !isUtf8(data)) return undefined;
  try {
    return JSON.parse(Buffer.from(data).toString('utf8'));
  } catch {
    // text that is no JSON is an answer of somebody else
    return undefined;
  }
}

function isApiError(error: unknown): error is ApiErrorBody {
  if (typeof error !== 'object' || error === null) return false;
  const { code, err_code: apiCode = 0, description = '' } = error as Record<string, unknown>;
  return typeof code === 'number' && typeof apiCode === 'number' && typeof description === 'string';
}

function isPositive(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}
