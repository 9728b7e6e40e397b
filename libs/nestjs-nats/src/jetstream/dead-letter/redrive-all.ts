import { MAX_TIMER_MS } from '../../errors/option-faults.js';
import type { DeadLetterQuery } from './dead-letter-filter.js';
import { pause } from './pause.js';
import type { DeadLetter } from './read-dead-letter.js';
import { redriveFault } from './redrive-message.js';

/** How many dead letters were redriven. */
export interface RedriveCounts {
  /** Published again and removed; in a dry run, those that would be. */
  readonly redriven: number;
  /** Left alone, because they do not name a subject that may be published on. */
  readonly skipped: number;
  /** Tried in vain, and kept. */
  readonly failed: number;
}

/** How redriving stands after one more dead letter. */
export interface RedriveProgress extends RedriveCounts {
  /** The dead letter. */
  readonly letter: DeadLetter;
  /** Why it could not be redriven, if it could not. */
  readonly error?: unknown;
}

/** Which dead letters are redriven, and how. */
export interface RedriveOptions extends DeadLetterQuery {
  /** How many a second at most; fractions are allowed. Default: as fast as it goes. */
  ratePerSecond?: number;
  /** Only counts what would be redriven. Default `false`. */
  dryRun?: boolean;
  /** Ends it between two dead letters; what was done is told. */
  signal?: AbortSignal;
  /** Is called after each dead letter. What it throws ends the redriving. */
  onProgress?: (progress: RedriveProgress) => void;
}

/** Is what {@link RedriveOptions} have beside the query. */
export const REDRIVE_OPTIONS = [
  'ratePerSecond',
  'dryRun',
  'signal',
  'onProgress',
] satisfies (keyof RedriveOptions)[];

/** Says what is wrong with a rate. */
export function rateFaults(ratePerSecond: unknown): string[] {
  if (ratePerSecond === undefined) return [];
  const isRate = typeof ratePerSecond === 'number' && 1_000 / ratePerSecond <= MAX_TIMER_MS;
  return isRate && ratePerSecond > 0 ? [] : ['ratePerSecond: expected a number above 0'];
}

/** Redrives one dead letter after the other. @param redrive publishes one, and removes it */
export async function redriveAll(
  letters: AsyncIterable<DeadLetter>,
  redrive: (letter: DeadLetter) => Promise<unknown>,
  options: Omit<RedriveOptions, keyof DeadLetterQuery>,
): Promise<RedriveCounts> {
  const { ratePerSecond = Infinity, dryRun = false, signal, onProgress } = options;
  let counts: RedriveCounts = { redriven: 0, skipped: 0, failed: 0 };
  let nextAt = performance.now();
  if (signal?.aborted) return counts;
  for await (const letter of letters) {
    const isSkipped = redriveFault(letter) !== undefined;
    let kind: keyof RedriveCounts = isSkipped ? 'skipped' : 'redriven';
    let error: unknown;
    if (!isSkipped && !dryRun) {
      await pause(nextAt - performance.now(), signal);
      if (signal?.aborted) break;
      nextAt = Math.max(nextAt, performance.now()) + 1_000 / ratePerSecond;
      try {
        await redrive(letter);
      } catch (cause) {
        kind = 'failed';
        error = cause;
      }
    }
    counts = { ...counts, [kind]: counts[kind] + 1 };
    onProgress?.({ ...counts, letter, ...(kind === 'failed' && { error }) });
    if (signal?.aborted) break;
  }
  return counts;
}
