import { isRetryLater, isTerminate } from '../../errors/handler-exceptions.js';
import { MAX_TIMER_MS } from '../../errors/option-faults.js';
import { errorReply } from '../../message/error-reply.js';
import type { Admission } from './admission.js';
import { delayFor, mostAttempts, type RetryPolicy, ruleFor } from './retry-policy.js';

/** How the handling of a message ended. */
export type Outcome =
  /** The handler has completed, or a filter has taken its failure for its own. */
  | { readonly kind: 'done' }
  /** The handler, or what Nest puts around it, has failed. */
  | { readonly kind: 'failed'; readonly error: unknown }
  /** The message could not be read: no handler has seen it. */
  | { readonly kind: 'unreadable'; readonly error: unknown };

/**
 * Why a message is given up. `attempts`: the last attempt has failed; `terminated`: the handler said
 * so; `unreadable`: it cannot be decoded; `invalid`: it has not passed a validation; `crashed`: the
 * process ended again and again while it was handled; `max-deliveries`: the server gave it up.
 */
export type GiveUpReason =
  'attempts' | 'terminated' | 'unreadable' | 'invalid' | 'crashed' | 'max-deliveries';

/** The message comes again. */
export interface NakSettlement {
  readonly action: 'nak';
  /** After how long, in whole milliseconds. */
  readonly delayMs: number;
  /** Whether the attempt counts as a failed one. */
  readonly counted: boolean;
  readonly error: unknown;
}

/** The message is given up, to a dead-letter subject or to nobody. */
export interface GiveUpSettlement {
  readonly action: 'dead-letter' | 'drop';
  readonly reason: GiveUpReason;
  readonly error: unknown;
}

/** What is to become of a delivered message. */
export type Settlement = { readonly action: 'ack' } | NakSettlement | GiveUpSettlement;

/** What a settlement depends on besides the outcome. */
export interface SettlementTerms {
  readonly policy: RetryPolicy;
  /** Which attempt this was, from 1; attempts that do not count left out. */
  readonly attempt: number;
  /** Whether messages that are given up are kept as dead letters. */
  readonly keepsDeadLetters: boolean;
  /** A number from 0 to below 1. */
  readonly random: number;
  /** Hears what a test of a retry rule has thrown. */
  readonly report: (fault: unknown) => void;
}

const ACK: Settlement = Object.freeze({ action: 'ack' });

/**
 * Decides what becomes of a message that was handled; `settle.ts` carries it out.
 *
 * What the handler says by {@link RetryLater} and {@link Terminate} comes first, then a retry rule
 * that matches the error. Without one, a message that has not passed a validation is given up at
 * once: it will not pass the next time either.
 */
export function settlementFor(outcome: Outcome, terms: SettlementTerms): Settlement {
  if (outcome.kind === 'done') return ACK;
  const { error } = outcome;
  if (outcome.kind === 'unreadable') return giveUp('unreadable', error, terms);
  if (isRetryLater(error)) {
    return { action: 'nak', delayMs: wholeDelay(error.delayMs), counted: false, error };
  }
  if (isTerminate(error)) return giveUp('terminated', error, terms);
  const { policy, attempt, random, report } = terms;
  const rule = ruleFor(policy, error, report);
  if (rule === undefined && isBadInput(error)) return giveUp('invalid', error, terms);
  const schedule = rule ?? policy;
  if (attempt >= schedule.attempts) return giveUp('attempts', error, terms);
  const delayMs = delayFor(schedule, attempt, random);
  return { action: 'nak', delayMs, counted: true, error };
}

/**
 * Decides, before its handler runs, whether a message is given up for what is known of it: the
 * process has ended so often while it was handled, or it was delivered so often without a word, that
 * nothing is left to try.
 */
export function settlementBefore(
  { lane, used, crashes, isHopeless = false }: Admission,
  { policy, keepsDeadLetters }: Pick<SettlementTerms, 'policy' | 'keepsDeadLetters'>,
): GiveUpSettlement | undefined {
  if (crashes === 0) return undefined;
  const isUsedUp = isHopeless || used >= mostAttempts(policy);
  // without a log crashes cannot be told from failures
  const limit = Math.min(policy.crashes, policy.attempts);
  if (!isUsedUp && !(lane === 'quarantine' && crashes >= limit)) return undefined;
  const times = crashes === 1 ? 'once' : `${crashes} times`;
  const message = `The process ended ${times} while it handled the message, or lost it otherwise.`;
  return giveUp('crashed', Object.assign(new Error(message), { code: 'CRASHED' }), {
    keepsDeadLetters,
  });
}

/** Decides where a message goes that is given up. */
export function giveUp(
  reason: GiveUpReason,
  error: unknown,
  { keepsDeadLetters }: Pick<SettlementTerms, 'keepsDeadLetters'>,
): GiveUpSettlement {
  return { action: keepsDeadLetters ? 'dead-letter' : 'drop', reason, error };
}

/**
 * Tells whether a failure says that the message itself is at fault: a validation's exception, as
 * Nest's pipes throw it, or an `RpcException` of its kind.
 *
 * Nest shows an `HttpException` to a transport only by a filter, the one that `NatsModule` sets for
 * example; without one it is a failure like any other.
 */
export function isBadInput(error: unknown): boolean {
  const { status, body } = errorReply(error);
  return status === 400 || status === 422 || body.code === 'BAD_REQUEST';
}

/** An application may have computed the delay, and anything may have come out. */
function wholeDelay(delayMs: unknown): number {
  const delay = Math.ceil(Number(delayMs));
  return delay > 0 ? Math.min(delay, MAX_TIMER_MS) : 0;
}
