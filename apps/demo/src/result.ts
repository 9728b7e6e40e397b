import { type DashboardCounts, isSame } from './ask-dashboard.js';
import type { Found } from './await-stored.js';
import type { Posted } from './post-reports.js';

/** With fewer accepted reports than this, one of two replicas may well get none by chance. */
const ENOUGH_FOR_A_SHARE = 30;

/** What the demo saw, counted. */
export interface Result {
  readonly posted: number;
  readonly accepted: number;
  /** The replica that was killed meanwhile. */
  readonly crashed: string;
  /** How many reports got each HTTP status other than 200. */
  readonly rejected: ReadonlyMap<number, number>;
  /** Distinct reports stored. */
  readonly stored: number;
  readonly perTable: ReadonlyMap<string, number>;
  readonly perReplica: ReadonlyMap<string, number>;
  readonly durationMs: number;
  /** What the dashboard shows of it. */
  readonly dashboard: DashboardCounts;
  /** What is not as it should be; empty when all is well. */
  readonly problems: readonly string[];
}

/** What happened besides, and around it. */
export interface Run {
  readonly replicas: readonly string[];
  readonly crashed: string;
  readonly rows: number;
  readonly durationMs: number;
  readonly dashboard: DashboardCounts;
}

/** What the dashboard has to show when all is stored. */
export function expectedOnDashboard(posted: readonly Posted[]): DashboardCounts {
  const accepted = posted.filter(({ status }) => status === 200);
  const failed = accepted.filter(({ kind }) => kind === 'not JSON').length;
  const rejected = posted.length - accepted.length;
  return { stored: accepted.length, failed, rejected };
}

/** Counts what was posted and what was found, and says what is not as it should be. */
export function resultOf(posted: readonly Posted[], found: readonly Found[], run: Run): Result {
  const accepted = posted.filter(({ status }) => status === 200);
  const rejected = countBy(
    posted.filter(({ status }) => status !== 200),
    ({ status }) => status,
  );
  const stored = new Set(found.map(({ msgId }) => msgId)).size;
  const perReplica = countBy(found, ({ savedBy }) => savedBy ?? 'unknown');
  const problems: string[] = [];
  for (const { kind, status, expectedStatus } of posted) {
    if (status !== expectedStatus)
      problems.push(`a report (${kind}) got ${status}, expected ${expectedStatus}`);
  }
  const ids = new Set(accepted.map(({ msgId }) => msgId));
  if (ids.size !== accepted.length)
    problems.push('two accepted reports have the same id, or one has none');
  if (stored !== accepted.length)
    problems.push(`${accepted.length} reports were accepted, ${stored} stored`);
  if (found.length !== stored) problems.push(`${found.length - stored} reports are in both tables`);
  if (run.rows !== accepted.length)
    problems.push(`the tables hold ${run.rows} rows, expected ${accepted.length}`);
  for (const replica of run.replicas) {
    if (accepted.length >= ENOUGH_FOR_A_SHARE && !perReplica.has(replica)) {
      problems.push(`${replica} stored nothing`);
    }
  }
  const expected = expectedOnDashboard(posted);
  if (!isSame(run.dashboard, expected)) {
    problems.push(`the dashboard shows ${words(run.dashboard)}, expected ${words(expected)}`);
  }
  return {
    posted: posted.length,
    accepted: accepted.length,
    crashed: run.crashed,
    rejected,
    stored,
    perTable: countBy(found, ({ table }) => table),
    perReplica,
    durationMs: run.durationMs,
    dashboard: run.dashboard,
    problems: [...new Set(problems)],
  };
}

/** Puts what the dashboard shows into words. */
export function words({ stored, failed, rejected }: DashboardCounts): string {
  return `${stored} stored, ${failed} of them failed, ${rejected} rejected`;
}

function countBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, number> {
  const counts = new Map<K, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}
