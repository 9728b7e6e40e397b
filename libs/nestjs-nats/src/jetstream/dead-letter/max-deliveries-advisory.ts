import { quote } from '../../errors/quote.js';
import { NatsTransportError } from '../../errors/transport-error.js';

/** A consumer of somebody else, with a `max_deliver` after which the server gives messages up. */
export interface NetConsumer {
  readonly stream: string;
  readonly consumer: string;
  /**
   * Whether a message is removed from its stream when its dead letter is stored. In a work queue it
   * would stay for ever otherwise. Default `false`.
   */
  readonly remove?: boolean;
}

/** A message that the server has given up for a consumer. */
export interface Exhausted extends NetConsumer {
  /** Its sequence in the stream. */
  readonly sequence: number;
  readonly deliveries: number;
  /** In milliseconds since 1970, if the server has said it. */
  readonly givenUpAtMs: number | undefined;
}

/**
 * Reads an advisory of the server. Which consumer it is about is known from its subject.
 *
 * @throws NatsTransportError `DECODE_FAILED`
 */
export function readExhausted(data: Uint8Array, consumer: NetConsumer): Exhausted {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(data).toString('utf8'));
  } catch (cause) {
    throw unreadable(consumer, cause);
  }
  const { stream_seq: sequence, deliveries, timestamp } = Object(value) as Record<string, unknown>;
  if (!isCount(sequence) || sequence === 0) throw unreadable(consumer);
  const givenUpAtMs = typeof timestamp === 'string' ? Date.parse(timestamp) : NaN;
  return {
    ...consumer,
    sequence,
    deliveries: isCount(deliveries) ? deliveries : 0,
    givenUpAtMs: Number.isNaN(givenUpAtMs) ? undefined : givenUpAtMs,
  };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function unreadable({ stream, consumer }: NetConsumer, cause?: unknown): NatsTransportError {
  return new NatsTransportError(
    'DECODE_FAILED',
    `Cannot read an advisory on the consumer ${quote(consumer)} of ${quote(stream)}: ` +
      'it names no message.',
    { cause, details: { stream, consumer } },
  );
}
