import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BatchFailure, type FailedItem } from '../../errors/handler-exceptions.js';
import { batchOutcomes } from './batch-outcome.js';
import type { Outcome } from './settlement.js';

const failed = (error: unknown): Outcome => ({ kind: 'failed', error });
const done: Outcome = { kind: 'done' };

describe('batchOutcomes', () => {
  it.each([
    ['done: all are', done],
    ['failed: all are', failed(new Error('x'))],
  ])('%s', (_, whole) => {
    expect(batchOutcomes(whole, 3)).toEqual([whole, whole, whole]);
  });

  it('takes those that are named, with their errors, for failed, and the rest for done', () => {
    const [one, two] = [new Error('one'), new Error('two')];
    const failure = new BatchFailure([
      { index: 2, error: two },
      { index: 0, error: one },
    ]);
    expect(batchOutcomes(failed(failure), 4)).toEqual([failed(one), done, failed(two), done]);
  });

  it.each([
    ['places outside of the batch', [{ index: 7, error: 1 }], [done, done]],
    ['a place that is no whole number', [{ index: 0.5, error: 1 }], [done, done]],
    [
      'a second reason',
      [
        { index: 0, error: 'a' },
        { index: 0, error: 'b' },
      ],
      [failed('a'), done],
    ],
    ['no reason', [{ index: 1 }], [done, failed(undefined)]],
    ['no list', undefined, [done, done]],
    ['no items', [null, 7], [done, done]],
  ])('makes do with %s', (_, items, outcomes) => {
    const failure = new BatchFailure([]);
    Object.assign(failure, { items });
    expect(batchOutcomes(failed(failure), 2)).toEqual(outcomes);
  });

  it('gives an outcome for each message, whatever is named', () => {
    const item = fc.record({ index: fc.integer({ min: -2, max: 12 }), error: fc.string() });
    fc.assert(
      fc.property(fc.array(item), fc.nat(10), (items: FailedItem[], size) => {
        const outcomes = batchOutcomes(failed(new BatchFailure(items)), size);
        expect(outcomes).toHaveLength(size);
        const named = new Set(items.map(({ index }) => index));
        expect(outcomes.map(({ kind }) => kind === 'failed')).toEqual(
          outcomes.map((_, index) => named.has(index)),
        );
      }),
    );
  });
});
