import type { NatsSharedConnection } from 'nestjs-nats';
import { sharedConnectionOf } from '../../libs/nestjs-nats/src/connection/nats-shared-connection.js';
import { requesterOf } from '../../libs/nestjs-nats/src/core/requester.js';

/** Counts the requests of a connection that wait for an answer; applications have no use for it. */
export function pendingRequests(connection: NatsSharedConnection): number {
  return requesterOf(sharedConnectionOf(connection)!).counters.pending;
}
