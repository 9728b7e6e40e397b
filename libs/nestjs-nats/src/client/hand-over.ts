import type { SharedConnection } from '../connection/shared-connection.js';
import { confirmPublished } from '../core/confirm.js';
import { publishNow } from '../core/publisher.js';
import type { PublishOptions } from './call-options.js';
import type { PreparedMessage } from './outgoing.js';

/** Is for all that need not be waited for: a promise of its own for each is felt. */
const HANDED_OVER = Promise.resolve(undefined);

/**
 * Hands an event to the connection before this returns, and waits for the confirmation if one is
 * wanted. Throws at once what {@link publishNow} does.
 */
export function handOver(
  shared: SharedConnection,
  message: PreparedMessage,
  confirm: PublishOptions['confirm'],
): Promise<undefined> {
  const { subject, timeoutMs, remainingMs = timeoutMs } = message;
  const connection = publishNow(shared, message);
  if (confirm === 'flush')
    return confirmPublished(shared, connection, subject, remainingMs).then(nothing);
  // who waits for one message before the next goes no faster than the server
  return shared.window.isCrowded ? shared.window.relieved(remainingMs).then(nothing) : HANDED_OVER;
}

function nothing(): undefined {
  return undefined;
}
