import { isBatchFailure } from '../../errors/handler-exceptions.js';
import type { Outcome } from './settlement.js';

const DONE: Outcome = Object.freeze({ kind: 'done' });

/**
 * Tells of each message of a batch how its handling ended: as the whole did, unless the handler has
 * named those that failed.
 *
 * A place that is not in the batch counts for nothing; a message that is named twice has failed for
 * the first reason.
 *
 * @param size how many messages there were
 */
export function batchOutcomes(whole: Outcome, size: number): Outcome[] {
  const outcomes = Array.from({ length: size }, () => whole);
  if (whole.kind !== 'failed' || !isBatchFailure(whole.error)) return outcomes;
  const failed = itemsOf(whole.error.items);
  return outcomes.map((_, index) => {
    const error = failed.get(index);
    return error === undefined ? DONE : { kind: 'failed', error: error.reason };
  });
}

/** An application may have given anything. */
function itemsOf(items: unknown): Map<unknown, { readonly reason: unknown }> {
  const failed = new Map<unknown, { readonly reason: unknown }>();
  for (const item of Array.isArray(items) ? (items as unknown[]) : []) {
    const { index, error } = Object(item) as Record<string, unknown>;
    if (!failed.has(index)) failed.set(index, { reason: error });
  }
  return failed;
}
