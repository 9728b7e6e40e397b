import { describe, expect, it } from '@jest/globals';
import { saleProblems, type SaleResult, saleSummary } from './sale-result.js';

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

const FINE: SaleResult = {
  statuses: [...times(400, 202), ...times(100, 429)],
  answeredMs: 1234,
  busy: '/flash-sale/v1/items/mug/busy',
  outcomes: [...times(10, 'won'), ...times(390, 'sold-out')],
  orders: 10,
  peaks: [8, 7],
};

describe('the result of the sale', () => {
  it('is fine', () => {
    expect(saleProblems(FINE)).toEqual([]);
    expect(saleSummary(FINE)).toContain('  won                10  of a stock of 10');
  });

  it.each<[string, Partial<SaleResult>, RegExp]>([
    ['a queue that was too long', { statuses: times(500, 202) }, /500 purchases were accepted/],
    ['an error', { statuses: [...FINE.statuses.slice(1), 500] }, /neither 202 nor 429/],
    ['no busy page', { busy: '' }, /busy page/],
    ['one order too many', { orders: 11 }, /11 orders, expected 10/],
    ['two winners of one piece', { outcomes: times(400, 'won') }, /400 tickets won/],
    ['a ticket without an end', { outcomes: FINE.outcomes.slice(0, 399) }, /came to an end/],
    ['a worker that took too much', { peaks: [8, 9] }, /had 9 purchases under way/],
  ])('is not, with %s', (_, change, problem) => {
    expect(saleProblems({ ...FINE, ...change })).toContainEqual(expect.stringMatching(problem));
  });
});
