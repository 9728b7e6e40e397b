import type { ConsumerConfig } from '@nats-io/jetstream';
import { choiceFault, unknownOptionFaults, wholeNumberFault } from '../../errors/option-faults.js';
import { isRecord } from '../api/setting-checks.js';
import type { DeliverFrom } from './consume-options.js';

/** Where a new consumer begins, as NATS says it. */
export type ConsumerStart = Readonly<
  Pick<ConsumerConfig, 'deliver_policy'> &
    Partial<Pick<ConsumerConfig, 'opt_start_seq' | 'opt_start_time'>>
>;

const NAMED = {
  all: 'all',
  new: 'new',
  last: 'last',
  lastPerSubject: 'last_per_subject',
} as const;

/** Says where a new consumer begins. */
export function consumerStart(deliver: DeliverFrom): ConsumerStart {
  if (typeof deliver === 'string') return { deliver_policy: NAMED[deliver] };
  return 'sequence' in deliver
    ? { deliver_policy: 'by_start_sequence', opt_start_seq: deliver.sequence }
    : { deliver_policy: 'by_start_time', opt_start_time: deliver.since.toISOString() };
}

/** Says what is wrong with the option `deliver`. */
export function deliverFault(deliver: unknown): string | undefined {
  if (!isRecord(deliver)) {
    const fault = choiceFault(deliver, Object.keys(NAMED));
    return fault && `${fault}, or { sequence } or { since }`;
  }
  const { sequence, since } = deliver;
  const [unknown] = unknownOptionFaults(deliver, ['sequence', 'since']);
  if (unknown !== undefined) return unknown;
  if ((sequence === undefined) === (since === undefined))
    return 'expected { sequence } or { since }';
  if (since === undefined) {
    const fault = wholeNumberFault(sequence, 1);
    return fault && `sequence: ${fault}`;
  }
  return since instanceof Date && !isNaN(since.getTime()) ? undefined : 'since: expected a Date';
}
