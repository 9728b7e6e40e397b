import { AsyncLocalStorage } from 'node:async_hooks';
import { Observable } from 'rxjs';
import { throwFaults } from '../errors/option-faults.js';
import type { ChainSource } from '../interceptor/compose.js';
import { AnswerCollector } from './answer-collector.js';
import type { GatherOptions } from './call-options.js';
import type { PreparedMessage } from './outgoing.js';
import { requestOperation, withHeaders } from './outgoing-operation.js';
import type { OwnRequests } from './own-requests.js';

/** Says what is wrong with the options of `gather()`. */
export function assertGatherOptions({ max, stallMs }: GatherOptions): void {
  const faults: string[] = [];
  if (max !== undefined && !(Number.isSafeInteger(max) && max >= 1)) {
    faults.push('max: expected a whole number, at least 1');
  }
  if (stallMs !== undefined && !(typeof stallMs === 'number' && stallMs >= 1)) {
    faults.push('stallMs: expected a number of milliseconds, at least 1');
  }
  throwFaults(faults, 'the options of gather()');
}

/**
 * Collects the answers of several responders to one request.
 *
 * It completes when there are enough, when none came for a while, or at the timeout, with what has
 * come by then, perhaps nothing. It fails when nobody subscribes to the subject, or the connection
 * breaks. A responder that fails counts, gives no value, and is reported to `onError`; so does an
 * answer that is not read in time.
 */
export function gatherAnswers(
  requests: OwnRequests,
  chainNow: ChainSource,
  prepare: () => Promise<PreparedMessage>,
  options: GatherOptions,
): Observable<unknown> {
  return new Observable((subscriber) => {
    let closed = false;
    let close = (): void => undefined;
    // answers come on the socket, which belongs to no caller
    const asSubscribed = AsyncLocalStorage.snapshot();
    const run = async (): Promise<void> => {
      const prepared = await prepare();
      const chain = chainNow();
      const message = chain === undefined ? prepared : withHeaders(prepared);
      if (closed) return;
      const work = (): Promise<void> =>
        new Promise((resolve, reject) => {
          if (closed) return resolve();
          const collector = new AnswerCollector(requests, message, options, {
            value: (value) => asSubscribed(() => subscriber.next(value)),
            done: resolve,
            fail: reject,
          });
          close = () => {
            collector.close();
            resolve();
          };
        });
      await (chain === undefined
        ? work()
        : chain(requestOperation(withHeaders(message), requests.server), work));
      subscriber.complete();
    };
    run().catch((error: unknown) => subscriber.error(error));
    return () => {
      closed = true;
      close();
    };
  });
}
