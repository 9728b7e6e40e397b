import type { ConsumerConfig } from '@nats-io/jetstream';
import { type ConfigDefaults, type ConfigDiff, configDiff } from '../api/config-diff.js';
import type { Provision } from '../stream/stream-declaration.js';
import type { ConsumerSpec } from './consumer-config.js';

/** What becomes of a consumer; `'missing'` and `'refuse'` do not end well. */
export type ConsumerAction = 'create' | 'update' | 'keep' | 'missing' | 'refuse';

/** A setting of a consumer that differs from what its handler asks for. */
export interface ConsumerDiff extends ConfigDiff {
  /** Why it cannot be changed, if it cannot. */
  readonly immutable: string | undefined;
}

/** What is to be done about a consumer, as data. */
export interface PlannedConsumer {
  readonly spec: ConsumerSpec;
  readonly action: ConsumerAction;
  readonly diffs: readonly ConsumerDiff[];
  /** What is sent to create or update it. */
  readonly config: Partial<ConsumerConfig> | undefined;
}

/** What a server takes for settings that are left out. */
const CONSUMER_DEFAULTS: ConfigDefaults = {
  replay_policy: 'instant',
  priority_policy: 'none',
  max_waiting: 512,
};

/** Where a consumer begins matters to a new one only. */
const BEGINNING = ['deliver_policy', 'opt_start_seq', 'opt_start_time', 'pause_until'] as const;

/** What must not be set because handlers do it in another way, or messages would not be pulled. */
const UNWANTED = {
  backoff: [],
  deliver_subject: '',
  deliver_group: '',
  priority_groups: [],
  priority_policy: 'none',
} satisfies Partial<ConsumerConfig>;

const AT_CREATION: ReadonlySet<string> = new Set([
  'ack_policy',
  'deliver_subject',
  'deliver_group',
  'max_waiting',
  'mem_storage',
  'replay_policy',
]);

/**
 * Decides what to do about a consumer.
 *
 * @param found the settings of the consumer of that name, or nothing when there is none
 * @param lastSequence the sequence of the stream's newest message
 */
export function planConsumer(
  spec: ConsumerSpec,
  found: ConsumerConfig | undefined,
  provision: Exclude<Provision, 'off'>,
  lastSequence: number,
): PlannedConsumer {
  if (found === undefined) {
    return provision === 'verify'
      ? { spec, action: 'missing', diffs: [], config: undefined }
      : { spec, action: 'create', diffs: [], config: newConfig(spec, lastSequence) };
  }
  const diffs = consumerDiff(spec, found);
  if (diffs.length === 0) return { spec, action: 'keep', diffs, config: undefined };
  const changes = provision === 'update' && diffs.every(({ immutable }) => immutable === undefined);
  return changes
    ? { spec, action: 'update', diffs, config: merge(spec, found) }
    : { spec, action: 'refuse', diffs, config: undefined };
}

/** Compares a consumer with what its handler asks for. */
export function consumerDiff(spec: ConsumerSpec, found: Partial<ConsumerConfig>): ConsumerDiff[] {
  const wanted = {
    ...UNWANTED,
    filter_subjects: spec.filters,
    ...without(spec.config, [...BEGINNING, 'filter_subject', 'filter_subjects']),
  };
  const { filter_subject, filter_subjects = filter_subject ? [filter_subject] : [] } = found;
  return configDiff(wanted, { ...found, filter_subjects }, CONSUMER_DEFAULTS).map((diff) => ({
    ...diff,
    immutable: AT_CREATION.has(diff.field) ? 'it is settled when a consumer is created' : undefined,
  }));
}

function newConfig({ config, after }: ConsumerSpec, lastSequence: number): Partial<ConsumerConfig> {
  if (after === undefined) return config;
  const rest = without(config, ['deliver_policy', 'opt_start_seq', 'opt_start_time']);
  // a stream that has not come that far was made anew as well
  return after > lastSequence
    ? { ...rest, deliver_policy: 'all' }
    : { ...rest, deliver_policy: 'by_start_sequence', opt_start_seq: after + 1 };
}

/** Puts what is wanted over what is there: an update without a setting would take it back. */
function merge({ config }: ConsumerSpec, found: ConsumerConfig): Partial<ConsumerConfig> {
  const kept = without(found, ['filter_subject', 'filter_subjects', 'backoff', ...PRIORITY]);
  return {
    ...kept,
    ...without(config, BEGINNING),
    ...((config.metadata ?? found.metadata) && {
      metadata: { ...found.metadata, ...config.metadata },
    }),
  };
}

const PRIORITY = ['priority_groups', 'priority_policy', 'priority_timeout'] as const;

function without<K extends keyof ConsumerConfig>(
  config: Partial<ConsumerConfig>,
  names: readonly K[],
): Omit<Partial<ConsumerConfig>, K> {
  const rest = { ...config };
  for (const name of names) delete rest[name];
  return rest;
}
