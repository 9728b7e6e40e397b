import type { ConsumerConfig } from '@nats-io/jetstream';
import {
  durationOf,
  flag,
  limit,
  metadata,
  oneOf,
  type SettingChecks,
  text,
  time,
  wholeNumber,
} from '../api/setting-checks.js';

/** Settings of a consumer that are not for handlers to set, and what does it instead. */
export const OWNED_BY_HANDLER = {
  name: 'use durable',
  durable_name: 'use durable',
  filter_subject: "the handler's pattern is the filter",
  filter_subjects: "the handler's pattern is the filter; give several patterns for several",
  ack_policy: 'use mode; all but "ordered" acknowledge each message',
  ack_wait: 'use ackWaitMs',
  max_deliver: 'use retry.attempts; the server never gives up a message by itself',
  backoff: 'use retry',
  deliver_policy: 'use deliver',
  opt_start_seq: 'use deliver: { sequence }',
  opt_start_time: 'use deliver: { since }',
  max_ack_pending: 'use concurrency, which bounds each process',
  priority_groups: 'use singleActive',
  priority_policy: 'use singleActive',
  priority_timeout: 'use singleActive',
  deliver_subject: 'messages are pulled',
  deliver_group: 'messages are pulled',
  flow_control: 'messages are pulled',
  idle_heartbeat: 'messages are pulled',
  rate_limit_bps: 'messages are pulled; use concurrency',
} as const satisfies Partial<Record<keyof ConsumerConfig | 'deliver_group', string>>;

/** Settings of a consumer that a handler may add under their NATS names. */
export type ConsumerPassThrough = Partial<Omit<ConsumerConfig, keyof typeof OWNED_BY_HANDLER>>;

/** How each setting that a handler may add is checked by itself. */
export const PASS_THROUGH_SETTINGS = {
  description: text,
  sample_freq: text,
  replay_policy: oneOf('instant', 'original'),
  pause_until: time,
  max_waiting: wholeNumber(1),
  max_batch: limit,
  max_bytes: limit,
  max_expires: durationOf(1_000_000_000),
  inactive_threshold: durationOf(1_000_000_000),
  headers_only: flag,
  mem_storage: flag,
  num_replicas: wholeNumber(0, 5),
  metadata,
} satisfies SettingChecks<ConsumerPassThrough>;
