import { headers as newHeaders } from '@nats-io/transport-node';
import type { Requester } from '../core/requester.js';
import type { InterceptorChain } from '../interceptor/compose.js';
import type { RequestOptions } from './call-options.js';
import { exchange } from './exchange.js';
import type { PreparedMessage } from './outgoing.js';

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
  const ask = (): Promise<unknown> => askOnce(requester, message, options);
  if (chain === undefined) return ask();
  const { subject, data, headers = newHeaders() } = message;
  return chain({ kind: 'request', subject, data, headers }, ask);
}

async function askOnce(
  requester: Requester,
  message: PreparedMessage,
  { signal, onHeaders }: RequestOptions,
): Promise<unknown> {
  signal?.throwIfAborted();
  let close = (): void => undefined;
  let abort = (): void => undefined;
  try {
    return await new Promise<unknown>((resolve, reject) => {
      abort = () => reject(signal?.reason);
      signal?.addEventListener('abort', abort, { once: true });
      close = exchange(requester, message, {
        headers: onHeaders,
        value: resolve,
        done: () => resolve(undefined),
        fail: reject,
      });
    });
  } finally {
    close();
    signal?.removeEventListener('abort', abort);
  }
}
