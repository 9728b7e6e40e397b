import { type Result, words } from './result.js';

const REJECTIONS: Record<number, string> = {
  400: 'invalid report',
  401: 'wrong app key',
  413: 'too large',
  503: 'NATS not available',
};

/** Lays out a result as a table for the terminal. */
export function summaryOf(result: Result): string {
  const perSecond = Math.round((result.posted * 1000) / Math.max(1, result.durationMs));
  const rows: [string, string, string?][] = [
    ['posted', `${result.posted}`],
    ['accepted', `${result.accepted}`],
    ['rejected', `${result.posted - result.accepted}`],
    ...byKey(result.rejected).map(([status, count]): [string, string, string] => [
      `  ${status}`,
      `${count}`,
      REJECTIONS[status] ?? 'unexpected',
    ]),
    ['killed', '1', `${result.crashed}, half-way`],
    ['stored', `${result.stored}`, result.problems.length === 0 ? 'each exactly once' : ''],
    ...byKey(result.perTable).map(([table, count]): [string, string] => [
      `  in ${table}`,
      `${count}`,
    ]),
    ...byKey(result.perReplica).map(([replica, count]): [string, string] => [
      `  by ${replica}`,
      `${count}`,
    ]),
    [
      'on the dashboard',
      `${result.dashboard.stored + result.dashboard.rejected}`,
      words(result.dashboard),
    ],
    ['duration', `${(result.durationMs / 1000).toFixed(1)} s`, `${perSecond} reports/s, stored`],
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows
    .map(([label, value, note = '']) =>
      `  ${label.padEnd(width)}  ${value.padStart(6)}  ${note}`.trimEnd(),
    )
    .join('\n');
}

function byKey<K extends string | number>(counts: ReadonlyMap<K, number>): [K, number][] {
  return [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1));
}
