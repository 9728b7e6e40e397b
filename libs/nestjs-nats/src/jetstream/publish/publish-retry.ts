import {
  choiceFault,
  MAX_TIMER_MS,
  unknownOptionFaults,
  wholeNumberFault,
} from '../../errors/option-faults.js';
import { describe } from '../../errors/quote.js';
import { isRecord } from '../api/setting-checks.js';
import type { RetrySchedule } from '../settlement/retry-policy.js';

/**
 * How a message to a stream is sent again, within the `timeoutMs` of its call.
 *
 * When the stream has no leader, or its server has too much to do, nothing was stored, and every
 * message is sent again. When the acknowledgement is lost, only a message with a `msgId` is, as the
 * stream may have it already and knows it by its id; one that expects something of the stream's
 * state is not, since the stream would take its own first copy for a conflict.
 */
export interface PublishRetryOptions {
  /** How often a message is sent in all, the first time included. Default 8, minimum 1. */
  attempts?: number;
  /**
   * How long after the first failure, in milliseconds; after each further one, twice as long.
   * Default 100, minimum 0.
   */
  initialMs?: number;
  /** The longest delay, in milliseconds. Default 2000, minimum `initialMs`. */
  maxMs?: number;
  /**
   * How long to wait for an acknowledgement before a message with an id is sent again, in
   * milliseconds; the last attempt waits as long as the call may. Default 2000, minimum 1.
   */
  ackTimeoutMs?: number;
  /**
   * Which messages have an id: `'given'`, those that are given one; or `'all'`, by making one for the
   * others, which makes the lost acknowledgement of any message repairable. It costs about a third of
   * the throughput, and the server keeps each id for the stream's `duplicate_window`. Default
   * `'given'`.
   */
  msgIds?: 'given' | 'all';
}

/** Is what {@link PublishRetryOptions} come to. */
export interface PublishRetry {
  readonly schedule: RetrySchedule;
  readonly ackTimeoutMs: number;
  readonly msgIds: 'given' | 'all';
}

const NAMES = ['attempts', 'initialMs', 'maxMs', 'ackTimeoutMs', 'msgIds'];
const DEFAULTS = { attempts: 8, initialMs: 100, maxMs: 2_000, ackTimeoutMs: 2_000 } as const;

/** Says what is wrong with the option `publishRetry`, each sentence beginning with its place. */
export function publishRetryFaults(option: unknown): string[] {
  if (option === undefined) return [];
  if (!isRecord(option)) return [`publishRetry: expected an object, got ${describe(option)}`];
  const { attempts, initialMs, maxMs, ackTimeoutMs, msgIds } = option as PublishRetryOptions;
  const faults = unknownOptionFaults(option, NAMES);
  const check = (name: string, value: unknown, fault: string | undefined): void => {
    if (value !== undefined && fault !== undefined) faults.push(`${name}: ${fault}`);
  };
  check('attempts', attempts, wholeNumberFault(attempts, 1));
  check('initialMs', initialMs, wholeNumberFault(initialMs, 0, MAX_TIMER_MS));
  // also when it is not set: a longer first delay needs a longer last one
  const longest = maxMs ?? DEFAULTS.maxMs;
  const shortest = Number.isSafeInteger(initialMs) ? Number(initialMs) : 0;
  check('maxMs', longest, wholeNumberFault(longest, shortest, MAX_TIMER_MS));
  check('ackTimeoutMs', ackTimeoutMs, wholeNumberFault(ackTimeoutMs, 1, MAX_TIMER_MS));
  check('msgIds', msgIds, choiceFault(msgIds, ['given', 'all']));
  return faults.map((fault) => `publishRetry.${fault}`);
}

/** Fills in the defaults; the option has been checked. */
export function resolvePublishRetry(option: PublishRetryOptions = {}): PublishRetry {
  const {
    attempts = DEFAULTS.attempts,
    initialMs = DEFAULTS.initialMs,
    maxMs = DEFAULTS.maxMs,
    ackTimeoutMs = DEFAULTS.ackTimeoutMs,
    msgIds = 'given',
  } = option;
  return {
    schedule: { attempts, initialMs, factor: 2, maxMs, jitter: 0.2 },
    ackTimeoutMs,
    msgIds,
  };
}
