import type { InterceptorChain } from '../interceptor/compose.js';
import { type AnswerListener, Exchange } from './exchange.js';
import type { PreparedMessage } from './outgoing.js';
import { requestOperation, withHeaders } from './outgoing-operation.js';
import type { OwnRequests } from './own-requests.js';

/**
 * Does as {@link Exchange}, inside interceptors.
 *
 * An only answer is what `next()` resolves to, and what the chain makes of it is what the listener
 * gets. Streamed answers pass by as they come; `next()` then resolves to nothing, at their end.
 */
export function interceptedExchange(
  requests: OwnRequests,
  message: PreparedMessage,
  chain: InterceptorChain,
  listener: AnswerListener,
): () => void {
  let closed = false;
  let delivered = false;
  let closeInner = (): void => undefined;
  let settle = (): void => undefined;
  const deliver = (value: unknown): void => {
    delivered = true;
    if (!closed) listener.value(value);
  };
  const intercepted = withHeaders(message);
  const work = (): Promise<unknown> =>
    new Promise<unknown>((resolve, reject) => {
      settle = () => resolve(undefined);
      if (closed) return settle();
      let held: { value: unknown } | undefined;
      const flush = (): void => {
        if (held !== undefined) deliver(held.value);
        held = undefined;
      };
      const exchange = new Exchange(requests, intercepted, {
        headers: (answer) => listener.headers?.(answer),
        value: (value) => {
          if (delivered || held !== undefined) {
            flush();
            deliver(value);
            return;
          }
          // an only answer completes in the same turn
          held = { value };
          queueMicrotask(flush);
        },
        done: () => {
          const only = held?.value;
          held = undefined;
          resolve(only);
        },
        fail: reject,
      });
      closeInner = () => exchange.close();
    });
  void chain(requestOperation(intercepted, requests.server), work).then(
    (result) => {
      if (closed) return;
      if (!delivered && result !== undefined) listener.value(result);
      listener.done();
    },
    (error: unknown) => {
      if (!closed) listener.fail(error);
    },
  );
  return () => {
    closed = true;
    closeInner();
    // interceptors see the end of what was called off
    settle();
  };
}
