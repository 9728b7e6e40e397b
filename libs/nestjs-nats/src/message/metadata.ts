import type { MsgHdrs } from '@nats-io/transport-node';
import { isReservedHeader } from './header-table.js';

/**
 * Gives the metadata of a Nest packet as the receiver sees it: the first value of every header that
 * is not reserved. The sender's metadata travel as headers of the same names.
 */
export function metadataOf(received: MsgHdrs | undefined): Record<string, string> {
  if (received === undefined) return {};
  const names = received.keys().filter((name) => !isReservedHeader(name));
  return Object.fromEntries(names.map((name) => [name, received.get(name)]));
}
