import { throwFaults, unknownOptionFaults, wholeNumberFault } from '../../errors/option-faults.js';
import { filterFault, matches } from '../../subject/filter.js';
import type { GiveUpReason } from '../settlement/settlement.js';
import type { DeadLetter } from './read-dead-letter.js';

/** Which dead letters: those for which all holds that is given. */
export interface DeadLetterFilter {
  /** The stream that the messages were in. */
  stream?: string;
  /** The consumer that gave them up. */
  consumer?: string;
  /** Where they were published: a subject, with wildcards. */
  subject?: string;
  /** Why they were given up. */
  reason?: GiveUpReason;
  /** Stored as a dead letter at this time or later. */
  since?: Date;
}

/** Which dead letters, and how many. */
export interface DeadLetterQuery extends DeadLetterFilter {
  /** How many at most. Default: all. Minimum 1. */
  limit?: number;
}

const NAMES = [
  'stream',
  'consumer',
  'subject',
  'reason',
  'since',
  'limit',
] satisfies (keyof DeadLetterQuery)[];

/**
 * Checks a query: a filter that is misspelled would match everything.
 *
 * @param others what else may be asked for beside it
 * @throws NatsTransportError `INVALID_OPTIONS`
 */
export function assertQuery(
  query: DeadLetterQuery,
  others: readonly string[] = [],
  faults: readonly string[] = [],
): void {
  const { subject, since, limit } = query;
  const found = [...faults, ...unknownOptionFaults(query, [...NAMES, ...others])];
  const subjectFault = subject === undefined ? undefined : filterFault(subject);
  if (subjectFault !== undefined) found.push(`subject: ${subjectFault}`);
  if (since !== undefined && !(since instanceof Date && !Number.isNaN(since.getTime()))) {
    found.push('since: expected a Date');
  }
  const limitFault = limit === undefined ? undefined : wholeNumberFault(limit, 1);
  if (limitFault !== undefined) found.push(`limit: ${limitFault}`);
  throwFaults(found, 'the query for dead letters');
}

/** Tells whether a dead letter is one that is looked for. */
export function isWanted(letter: DeadLetter, filter: DeadLetterFilter): boolean {
  const { stream, consumer, subject, reason, since } = filter;
  return (
    (stream === undefined || stream === letter.stream) &&
    (consumer === undefined || consumer === letter.consumer) &&
    (reason === undefined || reason === letter.reason) &&
    (since === undefined || since <= letter.storedAt) &&
    (subject === undefined || matches(subject, letter.subject))
  );
}
