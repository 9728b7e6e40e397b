import { headers as newHeaders } from '@nats-io/transport-node';
import { Observable } from 'rxjs';
import { throwFaults } from '../errors/option-faults.js';
import type { Requester } from '../core/requester.js';
import { isNatsTransportError } from '../errors/transport-error.js';
import type { InterceptorChain } from '../interceptor/compose.js';
import type { GatherOptions } from './call-options.js';
import type { AnswerListener } from './exchange.js';
import type { PreparedMessage } from './outgoing.js';

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
 * breaks. A responder that fails counts, gives no value, and is reported to `onError`.
 */
export function gatherAnswers(
  requester: Requester,
  chain: InterceptorChain | undefined,
  prepare: () => Promise<PreparedMessage>,
  options: GatherOptions,
): Observable<unknown> {
  return new Observable((subscriber) => {
    let closed = false;
    let close = (): void => undefined;
    const run = async (): Promise<void> => {
      const message = await prepare();
      const work = (): Promise<void> =>
        new Promise((resolve, reject) => {
          if (closed) return resolve();
          const closeInner = collect(requester, message, options, {
            value: (value) => subscriber.next(value),
            done: resolve,
            fail: reject,
          });
          close = () => {
            closeInner();
            resolve();
          };
        });
      const { subject, data, headers = newHeaders() } = message;
      await (chain === undefined
        ? work()
        : chain({ kind: 'request', subject, data, headers }, work));
      subscriber.complete();
    };
    run().catch((error: unknown) => subscriber.error(error));
    return () => {
      closed = true;
      close();
    };
  });
}

function collect(
  requester: Requester,
  message: PreparedMessage,
  { max = Infinity, stallMs, onError }: GatherOptions,
  listener: AnswerListener,
): () => void {
  const { subject, timeoutMs, format } = message;
  let count = 0;
  /** Answers are read one after the other, also when a reader is asynchronous. */
  let tail = Promise.resolve();
  // apart from the request's own time, which no answer prolongs: a flood of them must not either
  let stall: NodeJS.Timeout | undefined;
  const close = (): void => {
    clearTimeout(stall);
    request.close();
  };
  const end = (failure?: { error: unknown }): void => {
    close();
    void tail.then(() => (failure ? listener.fail(failure.error) : listener.done()));
  };
  const request = requester.open(message, {
    reply: (reply, answer) => {
      const full = ++count >= max;
      const take = async (): Promise<void> => {
        try {
          // each responder is read on its own: their answers are not frames of one stream
          const { value, hasValue } = await format.reader(subject).read(reply, answer);
          if (hasValue) listener.value(value);
        } catch (error) {
          onError?.(error);
        }
      };
      tail = tail.then(take).catch((error: unknown) => listener.fail(error));
      if (full) end();
      else if (stall !== undefined) stall.refresh();
      else if (stallMs !== undefined) stall = setTimeout(end, Math.min(stallMs, timeoutMs));
    },
    fail: (error) => end(isNatsTransportError(error, 'TIMEOUT') ? undefined : { error }),
  });
  return close;
}
