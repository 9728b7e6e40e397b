import type { Msg } from '@nats-io/transport-node';
import type { ConsumerNames } from './pull-request.js';

/** What the server says about one delivery of a stored message, in its reply subject. */
export interface Delivery {
  readonly stream: string;
  readonly consumer: string;
  /** The JetStream domain, when the server has one. */
  readonly domain: string | undefined;
  /** How often the message has been delivered to this consumer, this time included: from 1. */
  readonly deliveryCount: number;
  /** The message's sequence in the stream. */
  readonly streamSequence: number;
  /** The delivery's sequence in the consumer: it has no gaps. */
  readonly consumerSequence: number;
  /** When the stream stored the message, in milliseconds since 1970. */
  readonly storedAtMs: number;
  /** How many messages of the consumer wait behind this one. */
  readonly pending: number;
}

/** A message of a stream, delivered to a consumer. */
export interface DeliveredMessage {
  readonly message: Msg;
  readonly delivery: Delivery;
}

const PREFIX = '$JS.ACK.';
const NO_DOMAIN = '_';
/** Is how many tokens are told apart: as many as a subject of today has behind the prefix, and more. */
const MAX_TOKENS = 16;

// where each token ends, and the next one begins behind the dot; one table for all, as nothing else
// runs while a subject is read
const ends = new Int32Array(MAX_TOKENS);

/**
 * Reads where a delivered message stands, or nothing when the subject is no acknowledgement subject.
 *
 * Two forms exist: 9 tokens, and since domains 11 or 12, with domain and account hash before the
 * stream and perhaps a random token at the end (ADR-15). It runs for every message, so it looks at
 * characters instead of making a list of tokens.
 *
 * @param expected the stream and consumer that are likely to be meant: their names are then not made
 * anew for each message
 */
export function readDelivery(ackSubject: string, expected?: ConsumerNames): Delivery | undefined {
  if (!ackSubject.startsWith(PREFIX)) return undefined;
  const count = findEnds(ackSubject);
  if (count !== 7 && count < 9) return undefined;
  const at = count === 7 ? 0 : 2;
  const deliveryCount = digits(ackSubject, begin(at + 2), ends[at + 2]!);
  const streamSequence = digits(ackSubject, begin(at + 3), ends[at + 3]!);
  const consumerSequence = digits(ackSubject, begin(at + 4), ends[at + 4]!);
  // nanoseconds exceed what a number holds exactly: without the last six digits it does
  const from = begin(at + 5);
  const to = ends[at + 5]!;
  const endOfMs = Math.max(from, to - 6);
  const storedAtMs = endOfMs === from ? 0 : digits(ackSubject, from, endOfMs);
  const restNs = digits(ackSubject, endOfMs, to);
  const pending = digits(ackSubject, begin(at + 6), ends[at + 6]!);
  // one that is no number makes the sum none
  if (
    Number.isNaN(deliveryCount + streamSequence + consumerSequence + storedAtMs + restNs + pending)
  )
    return undefined;
  const domain = at === 0 ? NO_DOMAIN : ackSubject.slice(PREFIX.length, ends[0]);
  return {
    stream: name(ackSubject, at, expected?.stream),
    consumer: name(ackSubject, at + 1, expected?.consumer),
    domain: domain === NO_DOMAIN ? undefined : domain,
    deliveryCount,
    streamSequence,
    consumerSequence,
    storedAtMs,
    pending,
  };
}

/** Finds where tokens end. @returns how many there are, or more than are told apart */
function findEnds(ackSubject: string): number {
  let count = 0;
  for (let dot = PREFIX.length - 1; dot !== ackSubject.length; count++) {
    dot = ackSubject.indexOf('.', dot + 1);
    if (dot === -1) dot = ackSubject.length;
    ends[count] = dot;
    if (count === MAX_TOKENS) break;
  }
  return count;
}

function begin(token: number): number {
  return token === 0 ? PREFIX.length : ends[token - 1]! + 1;
}

function name(ackSubject: string, token: number, expected: string | undefined): string {
  const from = begin(token);
  const to = ends[token]!;
  if (
    expected !== undefined &&
    expected.length === to - from &&
    ackSubject.startsWith(expected, from)
  )
    return expected;
  return ackSubject.slice(from, to);
}

/** Reads a number of decimal digits, `NaN` for anything else. */
function digits(text: string, from: number, to: number): number {
  let value = from < to ? 0 : NaN;
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - 48;
    value = digit >= 0 && digit <= 9 ? value * 10 + digit : NaN;
  }
  return value;
}
