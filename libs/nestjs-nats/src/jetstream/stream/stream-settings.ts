import type { StreamConfig, StreamSource } from '@nats-io/jetstream';
import { filterFault } from '../../subject/filter.js';
import { subjectFault } from '../../subject/subject.js';
import { nameFault } from '../api/name-fault.js';
import {
  durationOf,
  flag,
  limit,
  listOf,
  metadata,
  oneOf,
  type SettingCheck,
  type SettingChecks,
  settingsOf,
  text,
  time,
  wholeNumber,
} from '../api/setting-checks.js';

/** Is the shortest age and duplicate window that servers take, in nanoseconds. */
const SHORTEST = 100_000_000;

const transform = settingsOf({ src: filterFault, dest: text });

const sourceSettings = settingsOf({
  name: nameFault,
  opt_start_seq: wholeNumber(1),
  opt_start_time: time,
  filter_subject: filterFault,
  external: settingsOf({ api: subjectFault, deliver: text }),
  domain: nameFault,
  subject_transforms: listOf(transform),
  consumer: settingsOf({ name: nameFault, deliver_subject: subjectFault }),
} satisfies SettingChecks<StreamSource>);

const source: SettingCheck = (value) => {
  const fault = sourceSettings(value);
  if (fault !== undefined) return fault;
  const { opt_start_seq, opt_start_time, domain, external } = value as StreamSource;
  if (opt_start_seq !== undefined && opt_start_time !== undefined)
    return 'expected opt_start_seq or opt_start_time, got both';
  return domain !== undefined && external !== undefined
    ? 'expected domain or external, got both'
    : undefined;
};

/** How each setting of a stream is checked by itself. */
export const STREAM_SETTINGS = {
  name: nameFault,
  subjects: listOf(filterFault),
  description: text,
  retention: oneOf('limits', 'interest', 'workqueue'),
  storage: oneOf('file', 'memory'),
  discard: oneOf('old', 'new'),
  discard_new_per_subject: flag,
  max_consumers: limit,
  max_msgs: limit,
  max_msgs_per_subject: limit,
  max_bytes: limit,
  max_msg_size: limit,
  max_age: durationOf(SHORTEST),
  duplicate_window: durationOf(SHORTEST),
  subject_delete_marker_ttl: durationOf(1_000_000_000),
  num_replicas: wholeNumber(1, 5),
  first_seq: wholeNumber(0),
  no_ack: flag,
  allow_rollup_hdrs: flag,
  allow_direct: flag,
  allow_msg_ttl: flag,
  allow_msg_counter: flag,
  allow_msg_schedules: flag,
  allow_atomic: flag,
  allow_batched: flag,
  mirror_direct: flag,
  deny_delete: flag,
  deny_purge: flag,
  compression: oneOf('none', 's2'),
  persist_mode: oneOf('default', 'async'),
  metadata,
  placement: settingsOf({ cluster: text, tags: listOf(text) }),
  republish: settingsOf({ src: filterFault, dest: text, headers_only: flag }),
  subject_transform: transform,
  consumer_limits: settingsOf({ inactive_threshold: durationOf(1), max_ack_pending: limit }),
  mirror: source,
  sources: listOf(source),
} satisfies SettingChecks<Omit<StreamConfig, 'sealed'>>;

/** Why a setting of a stream is not for declarations. */
export const NOT_DECLARED: Readonly<Record<string, string>> = {
  sealed: 'sealing ends a stream for good; do it with the NATS command line',
};
