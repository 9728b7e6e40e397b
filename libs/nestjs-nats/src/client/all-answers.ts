import { AsyncLocalStorage } from 'node:async_hooks';
import type { WritePacket } from '@nestjs/microservices';
import type { ChainSource } from '../interceptor/compose.js';
import { type AnswerListener, Exchange } from './exchange.js';
import { interceptedExchange } from './intercepted-exchange.js';
import type { PreparedMessage } from './outgoing.js';
import type { OwnRequests } from './own-requests.js';

/**
 * Sends a request when it is ready, inside interceptors if there are any, and tells every answer as
 * Nest has it: packets with a value each, then one that says that it is over or has failed.
 *
 * @returns calls it off, also before it is sent; the callback then hears nothing more
 */
export function allAnswers(
  requests: OwnRequests,
  chainNow: ChainSource,
  prepare: () => Promise<PreparedMessage>,
  callback: (packet: WritePacket) => void,
): () => void {
  let closed = false;
  let close = (): void => undefined;
  // answers come on the socket, which belongs to no caller
  const asCalled = AsyncLocalStorage.snapshot();
  const tell = (packet: WritePacket): void => asCalled(callback, packet);
  const listener: AnswerListener = {
    value: (response) => tell({ response }),
    done: () => tell({ isDisposed: true }),
    fail: (err) => tell({ err }),
  };
  const start = async (): Promise<void> => {
    const message = await prepare();
    if (closed) return;
    const chain = chainNow();
    if (chain === undefined) {
      const exchange = new Exchange(requests, message, listener);
      close = () => exchange.close();
    } else {
      close = interceptedExchange(requests, message, chain, listener);
    }
  };
  start().catch((err: unknown) => closed || callback({ err }));
  return () => {
    closed = true;
    close();
  };
}
