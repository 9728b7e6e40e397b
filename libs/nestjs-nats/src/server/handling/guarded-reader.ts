import type { Msg } from '@nats-io/transport-node';
import { quote } from '../../errors/quote.js';
import { NatsTransportError } from '../../errors/transport-error.js';
import { HEADER_LIMITS, type HeaderLimits } from '../../message/header-limits.js';
import { readHeaders } from '../../message/headers.js';
import type { Tally } from '../counters.js';
import type { IncomingReader } from './incoming.js';

/** How large a message may be that is handled. */
export interface IncomingLimits extends HeaderLimits {
  readonly maxPayloadBytes: number;
}

/**
 * Refuses messages over a limit before anything reads them, as `PAYLOAD_TOO_LARGE` and `INVALID_HEADER`,
 * and counts what cannot be read.
 */
export function guardedReader(
  read: IncomingReader,
  limits: IncomingLimits,
  tally: Tally,
): IncomingReader {
  const { maxPayloadBytes } = limits;
  const fail = (error: unknown): never => {
    tally.unreadable++;
    throw error;
  };
  const isStricter =
    limits.maxHeaderBytes < HEADER_LIMITS.maxHeaderBytes ||
    limits.maxHeaderLines < HEADER_LIMITS.maxHeaderLines;
  return (message, handler, context) => {
    try {
      if (message.data.length > maxPayloadBytes) throw tooLarge(message, maxPayloadBytes);
      // whoever reads headers keeps to what holds for all
      if (isStricter) readHeaders(message, limits);
      const incoming = read(message, handler, context);
      return incoming instanceof Promise ? incoming.catch(fail) : incoming;
    } catch (error) {
      return fail(error);
    }
  };
}

function tooLarge({ subject, data }: Msg, limit: number): NatsTransportError {
  const size = data.length;
  return new NatsTransportError(
    'PAYLOAD_TOO_LARGE',
    `A message on ${quote(subject)} has ${size} bytes; this service takes ${limit} (maxPayloadBytes).`,
    { details: { subject, size, limit } },
  );
}
