import type { Msg } from '@nats-io/transport-node';
import type { Requester, RequestMessage } from './requester.js';

/**
 * Sends a request and gives the first answer, whatever it says.
 *
 * @throws NatsTransportError what {@link Requester.open} throws, `NO_RESPONDERS`, `TIMEOUT`,
 * `CONNECTION_LOST`, `PERMISSION_DENIED`
 */
export function firstReply(requester: Requester, message: RequestMessage): Promise<Msg> {
  return new Promise((resolve, reject) => {
    const request = requester.open(message, {
      reply: (answer) => {
        request.close();
        resolve(answer);
      },
      fail: reject,
    });
  });
}
