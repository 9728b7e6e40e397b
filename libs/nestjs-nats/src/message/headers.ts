import type { Msg, MsgHdrs } from '@nats-io/transport-node';
import { NatsTransportError } from '../errors/transport-error.js';

/**
 * Reads the headers of a message, or nothing when it has none.
 *
 * The client library decodes them on the first access and throws for a name that is not legal,
 * which a hostile peer can send; inside its receive callback that would end the connection's reader.
 *
 * @throws NatsTransportError `INVALID_HEADER`
 */
export function readHeaders(msg: Msg): MsgHdrs | undefined {
  try {
    return msg.headers;
  } catch (cause) {
    throw new NatsTransportError(
      'INVALID_HEADER',
      'Cannot read the headers of the message: a name or value is malformed.',
      { cause },
    );
  }
}
