import type { Msg } from '@nats-io/transport-node';

/** Is how many bytes the headers of a message that is received may have, as they are on the wire. */
export const MAX_HEADER_BYTES = 65_536;

/** Is how many lines the headers of a message that is received may have, the first one included. */
export const MAX_HEADER_LINES = 256;

/** What the headers of a message that is received may have at most. */
export interface HeaderLimits {
  /** Bytes, as they are on the wire. */
  readonly maxHeaderBytes: number;
  /** Lines, the first one included. */
  readonly maxHeaderLines: number;
}

export const HEADER_LIMITS: HeaderLimits = {
  maxHeaderBytes: MAX_HEADER_BYTES,
  maxHeaderLines: MAX_HEADER_LINES,
};

/** Is how many bytes a line has at least: a colon, and its end. */
const LINE_BYTES = 3;

const LF = 0x0a;

/**
 * Says in what the headers of a message are too much, or nothing, without decoding them.
 *
 * The client library compares each name with all before it: a message of 1 MB may hold so many that
 * it would take minutes, in which nothing else happens in the process.
 */
export function headerExcess(message: Msg, limits = HEADER_LIMITS): string | undefined {
  const { maxHeaderBytes, maxHeaderLines } = limits;
  const surelyFew = Math.min(maxHeaderLines * LINE_BYTES, maxHeaderBytes);
  const { data } = message;
  // of subjects and headers: as a rule so few that the subjects need not be decoded
  const besides = sizeOf(message) - data.length;
  if (besides <= surelyFew) return undefined;
  const { subject, reply = '' } = message;
  const size = besides - bytesOf(subject) - bytesOf(reply);
  if (size <= surelyFew) return undefined;
  if (size > maxHeaderBytes) return `they have more than ${maxHeaderBytes} bytes`;
  // they lie before the payload in the same memory
  const from = Math.max(0, data.byteOffset - size);
  const block = new Uint8Array(data.buffer, from, data.byteOffset - from);
  return hasMoreLines(block, maxHeaderLines)
    ? `they have more than ${maxHeaderLines} lines`
    : undefined;
}

/** Tells whether a block of headers has more than so many lines, the empty one at its end left out. */
export function hasMoreLines(block: Uint8Array, limit: number): boolean {
  let lines = 0;
  for (let at = block.indexOf(LF); at !== -1; at = block.indexOf(LF, at + 1)) {
    if (++lines > limit + 1) return true;
  }
  return false;
}

/** Gives the bytes of subjects, headers and payload, which the client library knows; 0 if it does not tell. */
function sizeOf(message: Msg & { readonly size?: () => number }): number {
  return message.size?.() ?? 0;
}

/** Counts the bytes a text had, at least: what is no UTF-8 was read as one U+FFFD for a byte or more. */
function bytesOf(text: string): number {
  return Buffer.byteLength(text) - 2 * (text.split('\uFFFD').length - 1);
}
