import type { Msg } from '@nats-io/transport-node';
import { remainder } from '../connection/within.js';
import type { NatsTransportError } from '../errors/transport-error.js';
import type { OpenRequest, ReplySink } from './pending-request.js';
import type { Requester, RequestMessage } from './requester.js';

/** Is after how long without an answer a question is asked once more, in milliseconds. */
const AGAIN_MS = 1_000;

/**
 * Asks again and again until there is an answer or the time is over; the first answer counts, to
 * whichever of the questions. Only for what changes nothing.
 *
 * Servers of a cluster drop what comes while nobody leads a stream: the next leader has not heard it,
 * and would be waited for in vain.
 *
 * @throws NatsTransportError as `firstReply()`
 */
export function repeatedQuestion(requester: Requester, message: RequestMessage): Promise<Msg> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const asked: OpenRequest[] = [];
    let timer: NodeJS.Timeout | undefined;
    const end = (): void => {
      clearTimeout(timer);
      for (const request of asked) request.close();
    };
    const fail = (error: unknown): void => {
      end();
      reject(error);
    };
    const sink: ReplySink = {
      reply: (answer) => {
        end();
        resolve(answer);
      },
      fail: (error: NatsTransportError) => fail(error),
    };
    const ask = (): void => {
      try {
        const remainingMs = remainder(message.timeoutMs, startedAt);
        asked.push(requester.open({ ...message, remainingMs }, sink));
        timer = setTimeout(ask, AGAIN_MS);
      } catch (error) {
        fail(error);
      }
    };
    ask();
  });
}
