import { headers as newHeaders, type MsgHdrs } from '@nats-io/transport-node';
import type { OpenRequest, Requester } from '../core/requester.js';
import type { InterceptorChain } from '../interceptor/compose.js';
import type { PreparedMessage } from './outgoing.js';
import type { ReplyContent } from './reply-reader.js';

/** Hears the answers to one request: values, then one of `done` and `fail`. */
export interface AnswerListener {
  value(value: unknown, headers: MsgHdrs | undefined): void;
  done(): void;
  fail(error: unknown): void;
}

/**
 * Sends a request and reads its answers to the end.
 *
 * @returns closes it; the listener then hears nothing more
 * @throws NatsTransportError what {@link Requester.open} throws
 */
export function exchange(
  requester: Requester,
  message: PreparedMessage,
  listener: AnswerListener,
): () => void {
  const { subject, payload, headers, timeoutMs, format } = message;
  const reader = format.reader(subject);
  let open = true;
  /** The last answer that an asynchronous reader works on; answers keep their order. */
  let tail: Promise<void> | undefined;
  const close = (): void => {
    open = false;
    request.close();
  };
  const fail = (error: unknown): void => {
    if (!open) return;
    close();
    listener.fail(error);
  };
  const take = ({ value, hasValue, last }: ReplyContent, answer: MsgHdrs | undefined): void => {
    if (!open) return;
    if (hasValue) listener.value(value, answer);
    if (!last || !open) return;
    close();
    listener.done();
  };
  const request: OpenRequest = requester.open(subject, payload, headers, timeoutMs, {
    reply: (reply, answer) => {
      try {
        const content = reader.read(reply, answer);
        if (content instanceof Promise || !content.last) request.extend(timeoutMs);
        if (tail === undefined && !(content instanceof Promise)) return take(content, answer);
        tail = (tail ?? Promise.resolve())
          .then(async () => take(await content, answer))
          .catch(fail);
      } catch (error) {
        fail(error);
      }
    },
    fail: (error) => {
      // what has arrived comes before the end
      if (tail === undefined) fail(error);
      else void tail.then(() => fail(error));
    },
  });
  return close;
}

/**
 * Does as {@link exchange}, inside interceptors: `next()` resolves at the end of the answers.
 */
export function interceptedExchange(
  requester: Requester,
  message: PreparedMessage,
  chain: InterceptorChain,
  listener: AnswerListener,
): () => void {
  let closed = false;
  let closeInner = (): void => undefined;
  let settle = (): void => undefined;
  const { subject, data, headers = newHeaders() } = message;
  const operation = { kind: 'request', subject, data, headers } as const;
  const work = (): Promise<unknown> =>
    new Promise<void>((resolve, reject) => {
      settle = resolve;
      if (closed) return resolve();
      closeInner = exchange(
        requester,
        { ...message, headers },
        {
          value: (value, answer) => listener.value(value, answer),
          done: resolve,
          fail: reject,
        },
      );
    });
  void chain(operation, work).then(
    () => closed || listener.done(),
    (error: unknown) => closed || listener.fail(error),
  );
  return () => {
    closed = true;
    closeInner();
    // interceptors see the end of what was called off
    settle();
  };
}

/**
 * Sends a request and waits for the first answer; what comes after it is dropped.
 *
 * @returns the value, or `undefined` for an empty answer; rejects with the signal's reason when that
 * aborts first
 */
export async function firstAnswer(
  requester: Requester,
  message: PreparedMessage,
  signal: AbortSignal | undefined,
  onHeaders: ((headers: MsgHdrs) => void) | undefined,
): Promise<unknown> {
  signal?.throwIfAborted();
  let close = (): void => undefined;
  let abort = (): void => undefined;
  try {
    return await new Promise<unknown>((resolve, reject) => {
      abort = () => reject(signal?.reason);
      signal?.addEventListener('abort', abort, { once: true });
      close = exchange(requester, message, {
        value: (value, headers) => {
          if (headers !== undefined) onHeaders?.(headers);
          resolve(value);
        },
        done: () => resolve(undefined),
        fail: reject,
      });
    });
  } finally {
    close();
    signal?.removeEventListener('abort', abort);
  }
}
