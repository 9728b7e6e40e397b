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
 * stream and perhaps a random token at the end (ADR-15).
 */
export function readDelivery(ackSubject: string): Delivery | undefined {
  if (!ackSubject.startsWith(PREFIX)) return undefined;
  const tokens = ackSubject.split('.');
  if (tokens.length !== 9 && tokens.length < 11) return undefined;
  const at = tokens.length === 9 ? 2 : 4;
  const numbers = tokens.slice(at + 2, at + 7);
  if (!numbers.every((token) => /^\d+$/.test(token))) return undefined;
  const [deliveryCount, streamSequence, consumerSequence, , pending] = numbers.map(Number);
  const domain = at === 2 ? undefined : tokens[2];
  return {
    stream: tokens[at]!,
    consumer: tokens[at + 1]!,
    domain: domain === NO_DOMAIN ? undefined : domain,
    deliveryCount: deliveryCount!,
    streamSequence: streamSequence!,
    consumerSequence: consumerSequence!,
    // nanoseconds exceed what a number holds exactly
    storedAtMs: Number(BigInt(numbers[3]!) / 1_000_000n),
    pending: pending!,
  };
}
