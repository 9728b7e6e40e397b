import { wholeNumberFault } from '../../errors/option-faults.js';
import type { StreamOptions } from '../../message/stream-options.js';
import { nameFault } from '../api/name-fault.js';

/** Is the first moment that ISO 8601 needs more than four digits for. */
const YEAR_10000 = Date.UTC(10_000, 0);
const MAX_DELAY_MS = 100 * 365 * 24 * 3_600_000;

/** Says what is wrong with stream options. */
export function streamOptionFaults(options: StreamOptions): string[] {
  const { delivery, ttlMs, delayMs, at, scheduleId, expectLastSubjectSequence } = options;
  const faults: string[] = [];
  const check = (name: keyof StreamOptions, fault: string | undefined): void => {
    if (options[name] !== undefined && fault !== undefined) faults.push(`${name}: ${fault}`);
  };
  check('stream', nameFault(options.stream));
  if (delivery !== undefined && delivery !== 'at-most-once') {
    faults.push("delivery: expected 'at-most-once', or nothing");
  }
  check('msgId', idFault(options.msgId));
  check('expectLastSequence', wholeNumberFault(options.expectLastSequence, 0));
  check('expectLastSubjectSequence', wholeNumberFault(expectLastSubjectSequence, 0));
  check('expectLastMsgId', idFault(options.expectLastMsgId));
  if (ttlMs !== 'never') check('ttlMs', wholeNumberFault(ttlMs, 1_000));
  check('delayMs', wholeNumberFault(delayMs, 1, MAX_DELAY_MS));
  check('at', momentFault(at));
  check('scheduleId', nameFault(scheduleId));
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
