import type { Msg } from '@nats-io/transport-node';

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

/**
 * Reads where a delivered message stands, or nothing when the subject is no acknowledgement subject.
 *
 * Two forms exist: 9 tokens, and since domains 11 or 12, with domain and account hash before the
 * stream and perhaps a random token at the end (ADR-15). It runs for every message, so it looks at
 * characters instead of making a list of tokens.
 */
export function readDelivery(ackSubject: string): Delivery | undefined {
  if (!ackSubject.startsWith(PREFIX)) return undefined;
  // where each token ends; the next one begins behind the dot
  const ends: number[] = [];
  for (let dot = PREFIX.length - 1; dot !== ackSubject.length; ends.push(dot)) {
    dot = ackSubject.indexOf('.', dot + 1);
    if (dot === -1) dot = ackSubject.length;
  }
  if (ends.length !== 7 && ends.length < 9) return undefined;
  const at = ends.length === 7 ? 0 : 2;
  const begin = (token: number): number => (token === 0 ? PREFIX.length : ends[token - 1]! + 1);
  const text = (token: number): string => ackSubject.slice(begin(token), ends[token]);
  const number = (token: number): number => digits(ackSubject, begin(token), ends[token]!);

  const deliveryCount = number(at + 2);
  const streamSequence = number(at + 3);
  const consumerSequence = number(at + 4);
  const storedAtNs = number(at + 5);
  const pending = number(at + 6);
  // one that is no number makes the sum none
  if (Number.isNaN(deliveryCount + streamSequence + consumerSequence + storedAtNs + pending)) {
    return undefined;
  }
  return {
    stream: text(at),
    consumer: text(at + 1),
    domain: at === 0 || text(0) === NO_DOMAIN ? undefined : text(0),
    deliveryCount,
    streamSequence,
    consumerSequence,
    // nanoseconds exceed what a number holds exactly: without the last six digits it does
    storedAtMs: digits(ackSubject, begin(at + 5), ends[at + 5]! - 6) || 0,
    pending,
  };
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
