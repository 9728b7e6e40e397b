import { within } from '../connection/within.js';
import type { InterceptorChain } from '../interceptor/compose.js';
import type { PublishOperation } from '../interceptor/interceptor.js';
import type { BatchAck } from '../jetstream/publish/pub-ack.js';
import { type InterceptedMessage, withHeaders } from './outgoing-operation.js';
import type { StoredMessage } from './prepare-batch.js';

/** How a batch is published inside interceptors. */
export interface InterceptedBatchOptions {
  readonly chain: InterceptorChain;
  /** Makes of a message what interceptors see. */
  readonly operationOf: (message: InterceptedMessage) => PublishOperation;
  readonly send: (messages: readonly StoredMessage[]) => Promise<BatchAck>;
  /** How long it may take, in milliseconds. */
  readonly timeoutMs: number;
  /**
   * Makes the error for a batch that is held up, as by an interceptor that lets only so many messages
   * pass at a time.
   */
  readonly late: () => Error;
}

/**
 * Publishes a batch with interceptors around each of its messages: it is sent when all have called
 * `next()`, which resolves for all when it is stored.
 */
export async function interceptedBatch(
  { chain, operationOf, send, timeoutMs, late }: InterceptedBatchOptions,
  messages: readonly StoredMessage[],
): Promise<BatchAck> {
  const prepared = messages.map(withHeaders);
  let resolve!: (ack: Promise<BatchAck>) => void;
  let reject!: (error: unknown) => void;
  const sent = new Promise<BatchAck>((...both) => ([resolve, reject] = both));
  const stored = within(sent, timeoutMs, late);
  let over = false;
  stored.catch(() => (over = true));
  let passed = 0;
  const chains = prepared.map(async (message, i) => {
    let called = false;
    await chain(operationOf(message), () => {
      called = true;
      // one that comes when the caller has been told that nothing was sent is too late
      if (++passed === prepared.length && !over) resolve(send(prepared));
      return stored;
    });
    if (!called) throw new Error(`An interceptor kept back message ${i} of a batch.`);
  });
  // a message that is kept back keeps back all
  for (const one of chains) one.catch(reject);
  const ack = await stored;
  await Promise.all(chains);
  return ack;
}
