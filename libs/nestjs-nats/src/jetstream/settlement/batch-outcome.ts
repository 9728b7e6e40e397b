import { type BatchFailure, isBatchFailure } from '../../errors/handler-exceptions.js';
import { quote } from '../../errors/quote.js';
import type { Outcome } from './settlement.js';

const DONE: Outcome = Object.freeze({ kind: 'done' });

/**
 * Tells of each message of a batch how its handling ended: as the whole did, unless the handler has
 * named those that failed.
 *
 * If it names what is not in the batch, all have failed: the one it means would be taken for done,
 * and be lost. A message that is named twice has failed for the first reason.
 *
 * @param size how many messages there were
 */
export function batchOutcomes(whole: Outcome, size: number): Outcome[] {
  const outcomes = Array.from({ length: size }, () => whole);
  if (whole.kind !== 'failed' || !isBatchFailure(whole.error)) return outcomes;
  const failure = whole.error;
  const failed = itemsOf(failure);
  const stray = failed && [...failed.keys()].find((index) => !isIndex(index, size));
  if (failed === undefined || stray !== undefined) {
    const error = unclear(failure, stray, size);
    return outcomes.map(() => ({ kind: 'failed', error }));
  }
  return outcomes.map((_, index) => {
    const item = failed.get(index);
    return item === undefined ? DONE : { kind: 'failed', error: item.error };
  });
}

/** An application may have given anything. */
function itemsOf({ items }: BatchFailure): Map<unknown, { readonly error: unknown }> | undefined {
  if (!Array.isArray(items)) return undefined;
  const failed = new Map<unknown, { readonly error: unknown }>();
  for (const item of items as unknown[]) {
    const { index = null, error } = Object(item) as Record<string, unknown>;
    if (!failed.has(index)) failed.set(index, { error });
  }
  return failed;
}

function isIndex(index: unknown, size: number): boolean {
  return Number.isInteger(index) && Number(index) >= 0 && Number(index) < size;
}

function unclear(cause: BatchFailure, stray: unknown, size: number): RangeError {
  const what =
    stray === undefined
      ? 'no list of messages'
      : `the message ${typeof stray === 'number' ? stray : quote(stray)}`;
  return new RangeError(
    `A BatchFailure names ${what} for a batch of ${size}, counted from 0. ` +
      'As it is not clear which have failed, all have.',
    { cause },
  );
}
