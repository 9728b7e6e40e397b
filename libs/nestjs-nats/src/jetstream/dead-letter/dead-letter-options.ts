import { nanos } from '@nats-io/transport-node';
import { unknownOptionFaults, wholeNumberFault } from '../../errors/option-faults.js';
import { describe, quote } from '../../errors/quote.js';
import { subjectFault } from '../../subject/subject.js';
import { nameFault } from '../api/name-fault.js';
import type { OwnStream } from '../stream/own-stream.js';

/** Where messages go that nobody could handle. */
export interface DeadLetterOptions {
  /** The stream that keeps them. Default `'DEAD_LETTERS'`. */
  stream?: string;
  /**
   * What their subjects begin with; the names of stream and consumer follow:
   * `dead.ORDERS.billing`. Default `'dead'`.
   */
  subjectPrefix?: string;
  /**
   * On how many servers of a cluster they are kept, from 1 to 5. Default: as the stream is, and 1
   * when it is made.
   */
  replicas?: number;
  /**
   * After how long one is removed by itself, in milliseconds. Default: as the stream is, and never
   * when it is made. Minimum 60,000.
   */
  maxAgeMs?: number;
}

/** Is what {@link DeadLetterOptions} come to. */
export interface ResolvedDeadLetterOptions {
  readonly stream: string;
  readonly subjectPrefix: string;
  /** Nothing where it is left to whoever keeps the stream. */
  readonly replicas: number | undefined;
  readonly maxAgeMs: number | undefined;
}

const MAX_REPLICAS = 5;
const MIN_AGE_MS = 60_000;
/** For ten years nanoseconds are exact enough. */
const MAX_AGE_MS = 10 * 365 * 24 * 60 * 60 * 1_000;
/** How long a dead letter that is published again, after a crash, is known to be there already. */
const DUPLICATE_WINDOW_MS = 60 * 60 * 1_000;

const NAMES = [
  'stream',
  'subjectPrefix',
  'replicas',
  'maxAgeMs',
] satisfies (keyof DeadLetterOptions)[];

/** Says what is wrong with the option `deadLetters` of a strategy. */
export function deadLetterFaults(option: unknown): string[] {
  if (option === undefined) return [];
  if (typeof option !== 'object' || option === null) {
    return [`deadLetters: expected an object, got ${describe(option)}`];
  }
  const { stream, subjectPrefix, replicas, maxAgeMs } = option as Record<string, unknown>;
  const faults = unknownOptionFaults(option, NAMES);
  const check = (name: string, value: unknown, fault: string | undefined): void => {
    if (value !== undefined && fault !== undefined) faults.push(`${name}: ${fault}`);
  };
  const quoted = (value: unknown, fault: string | undefined): string | undefined =>
    fault === undefined ? undefined : `${quote(value)}: ${fault}`;
  check('stream', stream, quoted(stream, nameFault(stream)));
  check('subjectPrefix', subjectPrefix, quoted(subjectPrefix, prefixFault(subjectPrefix)));
  check('replicas', replicas, wholeNumberFault(replicas, 1, MAX_REPLICAS));
  check('maxAgeMs', maxAgeMs, wholeNumberFault(maxAgeMs, MIN_AGE_MS, MAX_AGE_MS));
  return faults.map((fault) => `deadLetters.${fault}`);
}

/** Fills in the defaults; the options have been checked. */
export function resolveDeadLetters({
  stream = 'DEAD_LETTERS',
  subjectPrefix = 'dead',
  replicas,
  maxAgeMs,
}: DeadLetterOptions = {}): ResolvedDeadLetterOptions {
  return { stream, subjectPrefix, replicas, maxAgeMs };
}

/** Gives the subject of the dead letters of a consumer that names none. */
export function deadLetterSubject(
  { subjectPrefix }: ResolvedDeadLetterOptions,
  stream: string,
  consumer: string,
): string {
  return `${subjectPrefix}.${stream}.${consumer}`;
}

/**
 * Describes the stream of dead letters. It refuses what it has no room for instead of dropping an
 * older one: the message then stays where it is until there is room.
 */
export function deadLetterStream(options: ResolvedDeadLetterOptions): OwnStream {
  const { stream, subjectPrefix, replicas, maxAgeMs = Infinity } = options;
  return {
    option: 'deadLetters',
    declaration: {
      name: stream,
      subjects: [`${subjectPrefix}.>`],
      ...(replicas !== undefined && { num_replicas: replicas }),
      ...(maxAgeMs !== Infinity && { max_age: nanos(maxAgeMs) }),
    },
    initial: {
      description: 'Messages that nobody could handle',
      discard: 'new',
      allow_direct: true,
      num_replicas: 1,
      duplicate_window: nanos(Math.min(maxAgeMs, DUPLICATE_WINDOW_MS)),
    },
  };
}

function prefixFault(prefix: unknown): string | undefined {
  if (typeof prefix === 'string' && prefix.startsWith('$')) {
    return 'it is a subject space of the server';
  }
  return subjectFault(prefix);
}
