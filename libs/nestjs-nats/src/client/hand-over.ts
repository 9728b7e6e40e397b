import type { SharedConnection } from '../connection/shared-connection.js';
import { confirmPublished } from '../core/confirm.js';
import { publishNow } from '../core/publisher.js';
import type { PublishOptions } from './call-options.js';
import type { PreparedMessage } from './outgoing.js';

/**
 * Hands an event to the connection before this returns, and waits for the confirmation if one is
 * wanted.
 */
export async function handOver(
  shared: SharedConnection,
  message: PreparedMessage,
  confirm: PublishOptions['confirm'],
): Promise<undefined> {
  const { subject, timeoutMs, remainingMs = timeoutMs } = message;
  const connection = publishNow(shared, message);
  if (confirm === 'flush') await confirmPublished(shared, connection, subject, remainingMs);
  // who waits for one message before the next goes no faster than the server
  else if (shared.window.isCrowded) await shared.window.relieved(remainingMs);
  return undefined;
}
