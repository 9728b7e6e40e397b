import type { ConsumerState } from '../../events/participant.js';
import { diffLine } from '../../jetstream/api/config-diff.js';
import type { JetStreamApi } from '../../jetstream/api/js-api.js';
import { printTable } from '../../jetstream/api/print-table.js';
import type { PlannedConsumer } from '../../jetstream/consumer/consumer-plan.js';
import { findConsumer } from '../../jetstream/consumer/find-consumer.js';
import { handlerInfo } from '../handler-info.js';
import type { ConsumerInfo } from '../listen-info.js';
import type { ConsumerGroup } from './consumer-table.js';
import type { PlacesOf } from '../places.js';

/**
 * Describes a consumer and its handler.
 *
 * @param name the server knows it by
 * @param done what was done about it
 */
export function consumerInfo(
  { options: { stream, durable, mode }, entries }: ConsumerGroup,
  name: string,
  placesOf: PlacesOf | undefined,
  { action, diffs }: Pick<PlannedConsumer, 'action' | 'diffs'>,
): ConsumerInfo {
  return {
    stream,
    consumer: name,
    durable,
    mode,
    action,
    changes: diffs.map(diffLine),
    subjects: entries.map(({ pattern }) => pattern.filter),
    patterns: entries.map(({ route }) => route),
    handlers: entries.map(({ declaration }) => handlerInfo(declaration, placesOf)),
  };
}

/** Asks the server how a consumer stands; there is nothing when it is not there. */
export async function consumerState(
  { options: { stream }, entries }: ConsumerGroup,
  consumer: string,
  api: JetStreamApi,
): Promise<ConsumerState | undefined> {
  const found = await findConsumer(api, stream, consumer);
  if (found === undefined) return undefined;
  return {
    stream,
    consumer,
    patterns: entries.map(({ pattern }) => pattern.pattern),
    pending: found.num_pending,
    unacknowledged: found.num_ack_pending,
    redelivered: found.num_redelivered,
  };
}

/** Prints which durables were made or changed, as a table for the log; nothing when none was. */
export function consumerReport(consumers: readonly ConsumerInfo[]): string[] {
  // the others are made with every start
  const done = consumers.filter(({ durable, action }) => durable && action !== 'keep');
  if (done.length === 0) return [];
  const rows = done.map(({ consumer, stream, action, changes }) => [
    consumer,
    stream,
    action,
    changes.join('; '),
  ]);
  return [`Durables:\n${printTable([['durable', 'stream', 'action', 'details'], ...rows])}`];
}
