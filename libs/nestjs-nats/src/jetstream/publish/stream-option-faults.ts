import { wholeNumberFault } from '../../errors/option-faults.js';
import { type StreamOptions, streamOptionsIn } from '../../message/stream-options.js';
import { isVisibleAscii } from '../../subject/visible-ascii.js';
import { nameFault } from '../api/name-fault.js';

/** Is the first moment that ISO 8601 needs more than four digits for. */
const YEAR_10000 = Date.UTC(10_000, 0);
const MAX_DELAY_MS = 100 * 365 * 24 * 3_600_000;

/** Says what is wrong with an option that is set, each for itself. */
const CHECKS: Readonly<Record<keyof StreamOptions, (value: unknown) => string | undefined>> = {
  stream: nameFault,
  delivery: (value) =>
    value === 'at-most-once' ? undefined : "expected 'at-most-once', or nothing",
  msgId: idFault,
  expectLastSequence: (value) => wholeNumberFault(value, 0),
  expectLastSubjectSequence: (value) => wholeNumberFault(value, 0),
  expectLastMsgId: idFault,
  ttlMs: (value) => (value === 'never' ? undefined : wholeNumberFault(value, 1_000)),
  delayMs: (value) => wholeNumberFault(value, 1, MAX_DELAY_MS),
  at: momentFault,
  scheduleId: nameFault,
};

/**
 * Says what is wrong with stream options.
 *
 * @param set the names of those that are set
 */
export function streamOptionFaults(
  options: StreamOptions,
  set: readonly (keyof StreamOptions)[] = streamOptionsIn(options),
): string[] {
  const faults: string[] = [];
  for (const name of set) {
    const fault = CHECKS[name](options[name]);
    if (fault !== undefined) faults.push(`${name}: ${fault}`);
  }
  const { delayMs, at, scheduleId, expectLastSubjectSequence } = options;
  if (delayMs !== undefined && at !== undefined) faults.push('at: delayMs says it already');
  const delayed = delayMs !== undefined || at !== undefined;
  if (scheduleId !== undefined && !delayed) faults.push('scheduleId: there is no delayMs or at');
  if (delayed && expectLastSubjectSequence !== undefined) {
    faults.push('expectLastSubjectSequence: a delayed message is not on its subject yet');
  }
  return faults;
}

function idFault(id: unknown): string | undefined {
  if (typeof id !== 'string' || id === '') return 'expected a text';
  if (isVisibleAscii(id)) return undefined;
  // the NATS client cuts white space off, and two ids would be one
  return /^\s|\s$|[\r\n\0]/.test(id)
    ? 'it has white space around it, a line break or NUL'
    : undefined;
}

function momentFault(at: unknown): string | undefined {
  return at instanceof Date && at.getTime() < YEAR_10000 && at.getTime() >= 0
    ? undefined
    : 'expected a Date up to the year 9999';
}
