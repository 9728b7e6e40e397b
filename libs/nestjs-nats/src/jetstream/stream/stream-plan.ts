import type { StreamConfig, StreamInfo } from '@nats-io/jetstream';
import { type ConfigDiff, type ConfigDefaults, configDiff } from '../api/config-diff.js';
import { immutableReason } from './immutable-settings.js';
import { messageLoss } from './message-loss.js';
import type { OwnStream } from './own-stream.js';
import type { WantedStream } from './resolve-stream.js';
import type { Provision } from './stream-declaration.js';

/**
 * What becomes of a stream. `'create'`, `'update'` and `'keep'` end well; `'missing'` and `'refuse'`
 * do not: then nothing is changed, in no stream of the plan.
 */
export type StreamAction = 'create' | 'update' | 'keep' | 'missing' | 'refuse';

/** A setting of a stream that differs from its declaration. */
export interface StreamDiff extends ConfigDiff {
  /** Why it cannot be changed, if it cannot. */
  readonly immutable: string | undefined;
  /** Which messages would be lost at once if it were changed, if any would. */
  readonly loss: string | undefined;
}

/** What is to be done about one stream. */
export interface PlannedStream {
  readonly name: string;
  readonly action: StreamAction;
  readonly wanted: WantedStream;
  readonly diffs: readonly StreamDiff[];
  /** What is sent to create or update it. */
  readonly config: Partial<StreamConfig> | undefined;
  /** The option that needs it, when it is missing and nobody has declared it. */
  readonly option?: OwnStream['option'] | undefined;
}

/** What is to be done about all streams, as data: nothing has been done yet. */
export type StreamPlan = readonly PlannedStream[];

/** What a server takes for settings that are left out. */
export const STREAM_DEFAULTS: ConfigDefaults = {
  retention: 'limits',
  storage: 'file',
  discard: 'old',
  compression: 'none',
  persist_mode: 'default',
  num_replicas: 1,
  max_consumers: -1,
  max_msgs: -1,
  max_msgs_per_subject: -1,
  max_bytes: -1,
  max_msg_size: -1,
  'republish.src': '>',
};

/**
 * Decides what to do about a stream.
 *
 * @param there the stream of that name, or nothing when there is none
 * @param own what is known of it, when it is one of this library's own
 */
export function planStream(
  wanted: WantedStream,
  there: Pick<StreamInfo, 'config' | 'state'> | undefined,
  provision: Exclude<Provision, 'off'>,
  own?: OwnStream,
): PlannedStream {
  const { name } = wanted;
  if (there === undefined) {
    return provision === 'verify'
      ? { name, action: 'missing', wanted, diffs: [], config: undefined, option: own?.option }
      : { name, action: 'create', wanted, diffs: [], config: { ...own?.initial, ...wanted } };
  }
  const { config: found, state } = there;
  const merged = merge(wanted, found);
  // a mirror takes no subjects: one that is not wanted cannot be left as it is
  const diffs = configDiff({ mirror: undefined, ...wanted }, found, STREAM_DEFAULTS).map(
    (diff): StreamDiff => ({
      ...diff,
      immutable: immutableReason(diff, found),
      loss: messageLoss(diff, merged, state),
    }),
  );
  if (diffs.length === 0) return { name, action: 'keep', wanted, diffs, config: undefined };
  const isHarmless = diffs.every(
    ({ immutable, loss }) => immutable === undefined && loss === undefined,
  );
  return provision === 'update' && isHarmless
    ? { name, action: 'update', wanted, diffs, config: merged }
    : { name, action: 'refuse', wanted, diffs, config: undefined };
}

/** Puts what is wanted over what is there: an update without a setting would take it back. */
function merge(wanted: WantedStream, found: StreamConfig): StreamConfig {
  const { max_age = found.max_age ?? 0 } = wanted;
  // one that nobody chose must not stand in the way of a shorter age
  const follows = max_age > 0 && (found.duplicate_window ?? 0) > max_age;
  return {
    ...found,
    ...(follows && { duplicate_window: max_age }),
    ...wanted,
    ...((wanted.metadata ?? found.metadata) && {
      metadata: { ...found.metadata, ...wanted.metadata },
    }),
  };
}
