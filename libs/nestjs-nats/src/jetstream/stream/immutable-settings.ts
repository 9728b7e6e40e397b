import type { StreamConfig } from '@nats-io/jetstream';
import type { ConfigDiff } from '../api/config-diff.js';

/** Settings of a stream that keep the value they were created with. */
const AT_CREATION: ReadonlySet<string> = new Set([
  'storage',
  'first_seq',
  'mirror',
  'allow_msg_counter',
  'persist_mode',
]);

/** Settings that can be turned on but not off. */
const ONE_WAY: ReadonlySet<string> = new Set([
  'deny_delete',
  'deny_purge',
  'allow_msg_ttl',
  'allow_msg_schedules',
]);

/** Says why a server would not change a setting of an existing stream, or nothing if it would. */
export function immutableReason(diff: ConfigDiff, stream: StreamConfig): string | undefined {
  if (stream.sealed) return 'the stream is sealed';
  const field = diff.field.split('.')[0]!;
  if (AT_CREATION.has(field)) return 'it is settled when a stream is created';
  if (ONE_WAY.has(field) && diff.wanted !== true) return 'it cannot be turned off';
  if (field === 'retention' && [diff.wanted, diff.found].includes('workqueue'))
    return 'a work queue stays one, and another stream does not become one';
  return undefined;
}
