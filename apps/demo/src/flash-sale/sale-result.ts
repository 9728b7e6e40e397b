import { CONCURRENCY, MAX_WAITING, STOCK } from './sale-scene.js';

/** What the demo of the sale saw. */
export interface SaleResult {
  /** The HTTP status of each purchase. */
  readonly statuses: readonly number[];
  /** How long all purchases took to be answered, in milliseconds. */
  readonly answeredMs: number;
  /** Where a browser was sent whose purchase was one too many. */
  readonly busy: string;
  /** What each ticket came to. */
  readonly outcomes: readonly string[];
  /** How many orders the database has. */
  readonly orders: number;
  /** The most purchases each worker had under way at the same time. */
  readonly peaks: readonly number[];
}

/** Says what is not as it should be. */
export function saleProblems(result: SaleResult): string[] {
  const { statuses, outcomes, orders, busy, peaks } = result;
  const accepted = count(statuses, 202);
  const checks: [boolean, string][] = [
    [accepted === MAX_WAITING, `${accepted} purchases were accepted, expected ${MAX_WAITING}`],
    [count(statuses, 429) === statuses.length - accepted, 'a purchase got neither 202 nor 429'],
    [busy.endsWith('/busy'), `a browser was sent to "${busy}" and not to the busy page`],
    [orders === STOCK, `there are ${orders} orders, expected ${STOCK}`],
    [count(outcomes, 'won') === STOCK, `${count(outcomes, 'won')} tickets won, expected ${STOCK}`],
    [
      count(outcomes, 'won') + count(outcomes, 'sold-out') === accepted,
      'not every accepted ticket came to an end',
    ],
    [Math.max(...peaks) <= CONCURRENCY, `a worker had ${Math.max(...peaks)} purchases under way`],
  ];
  return checks.flatMap(([holds, problem]) => (holds ? [] : [problem]));
}

/** Lays out a result as a table for the terminal. */
export function saleSummary(result: SaleResult): string {
  const { statuses, outcomes, orders, peaks, answeredMs } = result;
  const rows: [string, number, string][] = [
    ['buyers', statuses.length, `answered within ${(answeredMs / 1000).toFixed(1)} s`],
    [
      '  in the queue',
      count(statuses, 202),
      `202 and a ticket; no more than ${MAX_WAITING} may wait`,
    ],
    ['  too many', count(statuses, 429), '429, or the busy page'],
    ['won', count(outcomes, 'won'), `of a stock of ${STOCK}`],
    ['sold out', count(outcomes, 'sold-out'), ''],
    ['orders', orders, 'in the database'],
    ['at a time', Math.max(...peaks), `at most, in each of ${peaks.length} workers`],
  ];
  return rows
    .map(([label, value, note]) =>
      `  ${label.padEnd(14)}  ${`${value}`.padStart(5)}  ${note}`.trimEnd(),
    )
    .join('\n');
}

function count<T>(list: readonly T[], wanted: T): number {
  return list.filter((entry) => entry === wanted).length;
}
