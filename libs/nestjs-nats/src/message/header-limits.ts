import type { Msg } from '@nats-io/transport-node';

/** Is how many bytes the headers of a message that is received may have, as they are on the wire. */
export const MAX_HEADER_BYTES = 65_536;

/** Is how many lines the headers of a message that is received may have, the first one included. */
export const MAX_HEADER_LINES = 256;

/** Is shorter than any block with more lines than that: a line has a colon and its end. */
const SURELY_FEW = MAX_HEADER_LINES * 3;

const LF = 0x0a;

/**
 * Says in what the headers of a message are too much, or nothing, without decoding them.
 *
 * The client library compares each name with all before it: a message of 1 MB may hold so many that
 * it would take minutes, in which nothing else happens in the process.
 */
export function headerExcess(message: Msg): string | undefined {
  const { data } = message;
  // of subjects and headers: as a rule so few that the subjects need not be decoded
  const besides = sizeOf(message) - data.length;
  if (besides <= SURELY_FEW) return undefined;
  const { subject, reply = '' } = message;
  const size = besides - bytesOf(subject) - bytesOf(reply);
  if (size <= SURELY_FEW) return undefined;
  if (size > MAX_HEADER_BYTES) return `they have more than ${MAX_HEADER_BYTES} bytes`;
  // they lie before the payload in the same memory
  const from = Math.max(0, data.byteOffset - size);
  const block = new Uint8Array(data.buffer, from, data.byteOffset - from);
  return hasMoreLines(block, MAX_HEADER_LINES)
    ? `they have more than ${MAX_HEADER_LINES} lines`
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
