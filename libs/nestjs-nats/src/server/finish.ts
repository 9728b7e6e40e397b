import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LoggerService } from '@nestjs/common';
import { within } from '../connection/within.js';
import type { Bindings } from './bindings.js';
import type { Processing } from './processing.js';

/**
 * Ends a strategy's work in order: no new messages, then the handlers under way and their answers.
 *
 * The NATS client's own drain does not wait for asynchronous handlers.
 *
 * @param timeoutMs how long all of it may take; handlers that still run then are told by their
 * context's signal, and messages that still wait are not handled
 */
export async function finish(
  bindings: Bindings,
  processing: Processing,
  timeoutMs: number,
  logger: LoggerService,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  try {
    await within(bindings.drain(), timeoutMs, () => new Error('the server does not answer'));
  } catch (error) {
    logger.warn(`Subscriptions did not drain: ${(error as Error).message}`);
  }
  const left = await processing.inFlight.settled(Math.max(0, deadline - performance.now()));
  if (left === 0) return;
  logger.error(`Closing while ${left} messages are under way after ${timeoutMs} ms`);
  processing.abort();
  // what ends at once is still answered
  await nextTurn();
}
