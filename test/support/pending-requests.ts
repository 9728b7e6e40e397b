import type { SharedConnection } from 'nestjs-nats';
import { requesterOf } from '../../libs/nestjs-nats/src/core/requester.js';

/** Counts the requests of a connection that wait for an answer; applications have no use for it. */
export function pendingRequests(connection: SharedConnection): number {
  return requesterOf(connection).pendingCount;
}
