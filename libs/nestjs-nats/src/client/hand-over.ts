import { headers as newHeaders } from '@nats-io/transport-node';
import type { SharedConnection } from '../connection/shared-connection.js';
import { confirmPublished } from '../core/confirm.js';
import { publishNow } from '../core/publisher.js';
import type { InterceptorChain } from '../interceptor/compose.js';
import type { PublishOptions } from './call-options.js';
import type { PreparedMessage } from './outgoing.js';

/**
 * Hands an event to the connection, inside interceptors if there are any, and waits for the
 * confirmation if one is wanted. Without either, it is handed over before this returns.
 */
export async function handOver(
  shared: SharedConnection,
  chain: InterceptorChain | undefined,
  message: PreparedMessage,
  confirm: PublishOptions['confirm'],
): Promise<void> {
  const { subject, timeoutMs, remainingMs = timeoutMs } = message;
  const work = async (): Promise<void> => {
    const connection = publishNow(shared, message);
    if (confirm === 'flush') await confirmPublished(shared, connection, subject, remainingMs);
  };
  if (chain === undefined) return work();
  const { data, headers = newHeaders() } = message;
  await chain({ kind: 'publish', subject, data, headers }, work);
}
