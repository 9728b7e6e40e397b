import type { StreamConfig, StreamState } from '@nats-io/jetstream';
import type { ConfigDiff } from '../api/config-diff.js';

const NS_PER_MS = 1_000_000;

/**
 * Says which messages a stream would lose at once if a setting were changed, or nothing when all stay.
 *
 * @param config the settings as they would be then
 * @param state what the stream holds now
 */
export function messageLoss(
  { field, wanted, found }: ConfigDiff,
  config: StreamConfig,
  state: StreamState,
): string | undefined {
  const { messages, bytes } = state;
  if (messages === 0) return undefined;
  // a full stream that takes no more keeps what it has
  const dropsOld = config.discard !== 'new';
  switch (field) {
    case 'max_msgs':
      return dropsOld && isBelow(wanted, messages) ? drops(messages - wanted) : undefined;
    case 'max_bytes':
      return dropsOld && isBelow(wanted, bytes)
        ? `it holds ${bytes} bytes: the oldest messages would be dropped`
        : undefined;
    case 'max_msgs_per_subject': {
      // how many a subject has is not told: at most all but one of each other subject
      const most = messages - Math.max(0, (state.num_subjects ?? 1) - 1);
      return isLowered(wanted, found) && isBelow(wanted, most)
        ? 'a subject may have more: its oldest messages would be dropped'
        : undefined;
    }
    case 'max_age':
      return isBelow(wanted, ageNs(state)) ? 'the oldest messages would be dropped' : undefined;
    case 'retention':
      return wanted === 'interest'
        ? `of its ${messages} messages all that no consumer waits for would be dropped`
        : undefined;
    default:
      return undefined;
  }
}

function drops(count: number): string {
  return `the ${count === 1 ? 'oldest message' : `oldest ${count} messages`} would be dropped`;
}

/** Whether a limit is one, and less than that; 0 and -1 are none. */
function isBelow(limit: unknown, amount: number): limit is number {
  return typeof limit === 'number' && limit > 0 && limit < amount;
}

function isLowered(wanted: unknown, found: unknown): boolean {
  return !(typeof found === 'number' && found > 0 && typeof wanted === 'number' && wanted >= found);
}

function ageNs({ first_ts: first }: StreamState): number {
  return (Date.now() - Date.parse(first)) * NS_PER_MS;
}
