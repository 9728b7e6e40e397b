import type { MsgHdrs } from '@nats-io/transport-node';
import { untilAborted } from '../connection/until-aborted.js';
import type { InterceptorChain } from '../interceptor/compose.js';
import type { RequestOptions } from './call-options.js';
import { type AnswerListener, Exchange } from './exchange.js';
import type { PreparedMessage } from './outgoing.js';
import { requestOperation, withHeaders } from './outgoing-operation.js';
import type { OwnRequests } from './own-requests.js';

/**
 * Sends a request, inside interceptors if there are any, and waits for the first answer; what comes
 * after it is dropped.
 *
 * @returns the value, or `undefined` for an empty answer; rejects with the signal's reason when that
 * aborts first
 * @throws NatsTransportError what {@link OwnRequests.open} throws
 */
export function firstAnswer(
  requests: OwnRequests,
  chain: InterceptorChain | undefined,
  message: PreparedMessage,
  options: RequestOptions,
): Promise<unknown> {
  const { signal, onHeaders } = options;
  if (chain === undefined) {
    return signal === undefined
      ? new FirstAnswer(requests, message, onHeaders).answer
      : askUntilAborted(requests, message, options);
  }
  const intercepted = withHeaders(message);
  const answer = chain(requestOperation(intercepted, requests.server), () =>
    askUntilAborted(requests, intercepted, options),
  );
  // interceptors may take their time, before next() and after it
  return untilAborted(answer, signal);
}

async function askUntilAborted(
  requests: OwnRequests,
  message: PreparedMessage,
  { signal, onHeaders }: RequestOptions,
): Promise<unknown> {
  signal?.throwIfAborted();
  const first = new FirstAnswer(requests, message, onHeaders);
  try {
    return await untilAborted(first.answer, signal);
  } finally {
    first.close();
  }
}

/** Is a request that is over with its first answer. */
class FirstAnswer implements AnswerListener {
  readonly answer: Promise<unknown>;
  private resolve!: (value: unknown) => void;
  private reject!: (error: unknown) => void;
  private readonly exchange: Exchange;

  constructor(
    requests: OwnRequests,
    message: PreparedMessage,
    readonly headers: ((headers: MsgHdrs) => void) | undefined,
  ) {
    this.answer = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.exchange = new Exchange(requests, message, this);
  }

  value(value: unknown): void {
    this.close();
    this.resolve(value);
  }

  done(): void {
    this.resolve(undefined);
  }

  fail(error: unknown): void {
    this.reject(error);
  }

  close(): void {
    this.exchange.close();
  }
}
