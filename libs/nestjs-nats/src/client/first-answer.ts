import type { Requester } from '../core/requester.js';
import type { InterceptorChain } from '../interceptor/compose.js';
import type { RequestOptions } from './call-options.js';
import { exchange } from './exchange.js';
import type { PreparedMessage } from './outgoing.js';
import { requestOperation, withHeaders } from './outgoing-operation.js';
import { untilAborted } from './until-aborted.js';

/**
 * Sends a request, inside interceptors if there are any, and waits for the first answer; what comes
 * after it is dropped.
 *
 * @returns the value, or `undefined` for an empty answer; rejects with the signal's reason when that
 * aborts first
 */
export function firstAnswer(
  requester: Requester,
  chain: InterceptorChain | undefined,
  message: PreparedMessage,
  options: RequestOptions,
): Promise<unknown> {
  if (chain === undefined) return askOnce(requester, message, options);
  const intercepted = withHeaders(message);
  const answer = chain(requestOperation(intercepted, requester.server), () =>
    askOnce(requester, intercepted, options),
  );
  // interceptors may take their time, before next() and after it
  return untilAborted(answer, options.signal);
}

async function askOnce(
  requester: Requester,
  message: PreparedMessage,
  { signal, onHeaders }: RequestOptions,
): Promise<unknown> {
  signal?.throwIfAborted();
  let close = (): void => undefined;
  const answer = new Promise<unknown>((resolve, reject) => {
    close = exchange(requester, message, {
      headers: onHeaders,
      value: resolve,
      done: () => resolve(undefined),
      fail: reject,
    });
  });
  try {
    return await untilAborted(answer, signal);
  } finally {
    close();
  }
}
