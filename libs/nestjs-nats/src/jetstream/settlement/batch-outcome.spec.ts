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

  it('takes the first of two reasons, and makes do without any', () => {
    const failure = new BatchFailure([
      { index: 0, error: 'a' },
      { index: 0, error: 'b' },
      { index: 1 } as FailedItem,
    ]);
    expect(batchOutcomes(failed(failure), 3)).toEqual([failed('a'), failed(undefined), done]);
  });

  it('takes all for done when none is named', () => {
    expect(batchOutcomes(failed(new BatchFailure([])), 2)).toEqual([done, done]);
  });

  it.each([
    ['the message 2', [{ index: 2, error: 1 }]],
    ['the message -1', [{ index: -1, error: 1 }]],
    ['the message 0.5', [{ index: 0.5, error: 1 }]],
    ['the message "0"', [{ index: '0', error: 1 }]],
    ['the message 7', [{ index: 0, error: 1 }, { index: 7 }]],
    ['the message null', [7]],
    ['the message null', [{ error: 1 }]],
    ['no list of messages', undefined],
    ['no list of messages', new Map([[0, 'x']])],
  ])('takes all for failed when %s is named: %j', (what, items) => {
    const failure = new BatchFailure([]);
    Object.assign(failure, { items });
    const error = expect.objectContaining({
      name: 'RangeError',
      message: expect.stringContaining(`names ${what} for a batch of 2`),
      cause: failure,
    });
    const outcome = { kind: 'failed', error };
    expect(batchOutcomes(failed(failure), 2)).toEqual([outcome, outcome]);
  });

  it('gives an outcome for each message, and never takes one that is named for done', () => {
    const item = fc.record({ index: fc.integer({ min: -1, max: 12 }), error: fc.string() });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 4 }), fc.nat(10), (items: FailedItem[], size) => {
        const outcomes = batchOutcomes(failed(new BatchFailure(items)), size);
        expect(outcomes).toHaveLength(size);
        const named = new Set(items.map(({ index }) => index));
        const all = [...named].some((index) => index < 0 || index >= size);
        expect(outcomes.map(({ kind }) => kind === 'failed')).toEqual(
          outcomes.map((_, index) => all || named.has(index)),
        );
      }),
    );
  });
});
