import { headers, type MsgHdrs } from '@nats-io/transport-node';
import { HEADER } from './header-table.js';

/** Where a reply stands: a plain one is the only one, a frame is one of a stream. */
export type ReplyFrame =
  | { readonly kind: 'single' }
  | { readonly kind: 'frame'; readonly sequence: number }
  | { readonly kind: 'end'; readonly frames: number };

const SINGLE: ReplyFrame = { kind: 'single' };

/** Marks frame number `sequence`, counted from 1, on headers that may hold others already. */
export function frameHeaders(sequence: number, result: MsgHdrs = headers()): MsgHdrs {
  result.set(HEADER.replySequence, `${sequence}`);
  return result;
}

/** Marks the end of a stream of so many frames. */
export function endHeaders(frames: number, result: MsgHdrs = headers()): MsgHdrs {
  result.set(HEADER.replyEnd, `${frames}`);
  return result;
}

/** Tells where a reply stands; headers that make no sense count as a plain reply. */
export function readReplyFrame(reply: MsgHdrs | undefined): ReplyFrame {
  if (reply === undefined) return SINGLE;
  const sequence = wholeNumber(reply.get(HEADER.replySequence));
  if (sequence !== undefined && sequence > 0) return { kind: 'frame', sequence };
  const frames = wholeNumber(reply.get(HEADER.replyEnd));
  return frames === undefined ? SINGLE : { kind: 'end', frames };
}

/** Tells whether nothing follows in a stream; an envelope tells it only in its payload. */
export function endsStream(reply: MsgHdrs | undefined): boolean {
  if (reply === undefined) return false;
  return reply.has(HEADER.replyEnd) || reply.has(HEADER.serviceErrorCode);
}

function wholeNumber(text: string): number | undefined {
  if (!/^\d{1,15}$/.test(text)) return undefined;
  return Number(text);
}
