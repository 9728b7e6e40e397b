import type { Msg } from '@nats-io/transport-node';
import { quote } from '../../errors/quote.js';
import { NatsTransportError } from '../../errors/transport-error.js';
import type { Tally } from '../counters.js';
import type { IncomingReader } from './incoming.js';

/**
 * Refuses payloads over a limit before anything reads them, as `PAYLOAD_TOO_LARGE`, and counts what
 * cannot be read.
 */
export function guardedReader(
  read: IncomingReader,
  maxPayloadBytes: number,
  tally: Tally,
): IncomingReader {
  const fail = (error: unknown): never => {
    tally.unreadable++;
    throw error;
  };
  return (message, handler, context) => {
    try {
      if (message.data.length > maxPayloadBytes) throw tooLarge(message, maxPayloadBytes);
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
