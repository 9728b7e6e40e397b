import { nanos } from '@nats-io/transport-node';
import { unknownOptionFaults, wholeNumberFault } from '../../errors/option-faults.js';
import { describe, quote } from '../../errors/quote.js';
import type { OwnStream } from '../stream/own-stream.js';

/** Where processes write down which attempts have failed. */
export interface AttemptLogOptions {
  /** The name of the key-value bucket, of letters, digits, `_` and `-`. Default `'nestjs-nats-attempts'`. */
  bucket?: string;
  /**
   * On how many servers of a cluster it is kept, from 1 to 5; as many as its streams are on is best.
   * Default: as the bucket is, and 1 when it is made.
   */
  replicas?: number;
  /**
   * How long an attempt is remembered, in milliseconds. Longer than any delay until the next one.
   * Default: as the bucket is, and one day when it is made. Minimum 60,000.
   */
  maxAgeMs?: number;
}

/** Is what {@link AttemptLogOptions} come to. */
export interface ResolvedAttemptLogOptions {
  readonly bucket: string;
  /** Nothing where it is left to whoever keeps the bucket. */
  readonly replicas: number | undefined;
  readonly maxAgeMs: number | undefined;
}

/** How long an attempt is remembered unless somebody says otherwise, in milliseconds. */
export const DEFAULT_MAX_AGE_MS = 24 * 60 * 60 * 1_000;
const MIN_AGE_MS = 60_000;
const MAX_AGE_MS = 365 * DEFAULT_MAX_AGE_MS;
const MAX_REPLICAS = 5;
/** The server wants it no longer than the age, and two minutes are its default. */
const DUPLICATE_WINDOW_MS = 120_000;

const NAMES = ['bucket', 'replicas', 'maxAgeMs'] satisfies (keyof AttemptLogOptions)[];

/** Says what is wrong with the option `attemptLog` of a strategy. */
export function attemptLogFaults(option: unknown): string[] {
  if (option === undefined || option === false) return [];
  if (typeof option !== 'object' || option === null) {
    return [`attemptLog: expected an object or false, got ${describe(option)}`];
  }
  const { bucket, replicas, maxAgeMs = DEFAULT_MAX_AGE_MS } = option as Record<string, unknown>;
  const faults = unknownOptionFaults(option, NAMES);
  if (bucket !== undefined && !(typeof bucket === 'string' && /^[\w-]{1,200}$/.test(bucket))) {
    faults.push(`bucket: ${quote(bucket)} is not a name of letters, digits, "_" and "-"`);
  }
  const replicasFault = wholeNumberFault(replicas ?? 1, 1, MAX_REPLICAS);
  if (replicasFault !== undefined) faults.push(`replicas: ${replicasFault}`);
  const ageFault = wholeNumberFault(maxAgeMs, MIN_AGE_MS, MAX_AGE_MS);
  if (ageFault !== undefined) faults.push(`maxAgeMs: ${ageFault}`);
  return faults.map((fault) => `attemptLog.${fault}`);
}

/** Fills in the defaults; the options have been checked. */
export function resolveAttemptLog({
  bucket = 'nestjs-nats-attempts',
  replicas,
  maxAgeMs,
}: AttemptLogOptions = {}): ResolvedAttemptLogOptions {
  return { bucket, replicas, maxAgeMs };
}

/** Describes the stream behind the bucket, as clients of key-value buckets make it. */
export function attemptLogStream(options: ResolvedAttemptLogOptions): OwnStream {
  const { bucket, replicas, maxAgeMs } = options;
  const ageMs = maxAgeMs ?? DEFAULT_MAX_AGE_MS;
  return {
    option: 'attemptLog',
    declaration: {
      name: `KV_${bucket}`,
      subjects: [`$KV.${bucket}.>`],
      ...(replicas !== undefined && { num_replicas: replicas }),
      ...(maxAgeMs !== undefined && { max_age: nanos(maxAgeMs) }),
    },
    initial: {
      description: 'Attempts of nestjs-nats to handle messages that have failed',
      max_msgs_per_subject: 1,
      max_age: nanos(ageMs),
      duplicate_window: nanos(Math.min(ageMs, DUPLICATE_WINDOW_MS)),
      discard: 'new',
      deny_delete: true,
      allow_rollup_hdrs: true,
      allow_direct: true,
      num_replicas: 1,
    },
  };
}
