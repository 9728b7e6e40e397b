import type { Delivery } from '../pull/delivery.js';
import type { AttemptEntry } from './attempt-entry.js';

/** How a delivered message is to be taken on. */
export interface Admission {
  /**
   * `normal`: as many at a time as the handler takes; `quarantine`: one at a time, because it is not
   * known how the delivery before ended, and it may have ended the process.
   */
  readonly lane: 'normal' | 'quarantine';
  /** How many attempts are used up. */
  readonly used: number;
  /** How many of them have started and not been heard of again. */
  readonly crashes: number;
  /** Nothing but deliveries is known, and there are so many that it is given up. */
  readonly isHopeless?: boolean;
  /** When the first and the last of them failed, in milliseconds since 1970, where it is known. */
  readonly firstFailureMs?: number;
  readonly lastFailureMs?: number;
}

/** A message that comes for the first time. */
export const FRESH: Admission = Object.freeze({ lane: 'normal', used: 0, crashes: 0 });

/** Nothing is known: the benefit of the doubt, as a neighbour may have ended the process. */
const SUSPECT: Admission = Object.freeze({ lane: 'quarantine', used: 0, crashes: 0 });

/**
 * Decides how a message is taken on that comes again (docs/adr/0010-an-attempt-log.md).
 *
 * A delivery is explained when the one before it was put off by its process, and by nothing else. An
 * entry that is not older than this delivery is about another message, or another consumer.
 */
export function admissionFor(
  { deliveryCount, storedAtMs }: Delivery,
  entry: AttemptEntry | undefined,
): Admission {
  if (entry === undefined || entry.stored !== storedAtMs) return SUSPECT;
  const { used, crashes, delivered, kind, first, last } = entry;
  if (delivered >= deliveryCount) return SUSPECT;
  const explained = kind === 'failed' && delivered === deliveryCount - 1;
  return {
    lane: explained ? 'normal' : 'quarantine',
    used,
    crashes,
    firstFailureMs: first,
    lastFailureMs: last,
  };
}

/** Decides without a log, by choice: every delivery before this one is taken for a failed attempt. */
export function countedAdmission({ deliveryCount }: Delivery): Admission {
  return { lane: 'normal', used: deliveryCount - 1, crashes: deliveryCount - 1 };
}

/** Is how often a message is delivered that only ends processes, and that nothing else counts. */
const HOPELESS = 1_000;

/**
 * Decides while the log is out of order: as without one, but that no message is given up unseen for
 * deliveries that may all have been put off in good order. There are very many when it is.
 */
export function guessedAdmission({ deliveryCount }: Delivery): Admission {
  const used = deliveryCount - 1;
  const known: Admission = { lane: 'normal', used, crashes: 0 };
  return used < HOPELESS ? known : { ...known, crashes: used, isHopeless: true };
}
