import { setTimeout as sleep } from 'node:timers/promises';

/** What the dashboard shows of the reports that were posted. */
export interface DashboardCounts {
  readonly stored: number;
  /** Of those stored. */
  readonly failed: number;
  readonly rejected: number;
}

/** The answer of `GET /dashboard/v1/snapshot`, as far as it is looked at. */
interface Snapshot {
  readonly saverView: { readonly stored: number; readonly failed: number } | null;
  readonly rejections: { readonly count: number };
}

const POLL_MS = 50;
const TIMEOUT_MS = 10_000;
/** How long the counts may take to be those expected, in milliseconds. */
const PATIENCE_MS = 5000;

/** Asks the dashboard until it shows what is expected, or its time is up. @returns what it shows then */
export async function askDashboard(
  url: string,
  expected: DashboardCounts,
): Promise<DashboardCounts> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (;;) {
    const counts = await ask(url);
    if (isSame(counts, expected) || Date.now() > giveUpAt) return counts;
    await sleep(POLL_MS);
  }
}

/** Tells whether two counts are the same. */
export function isSame(one: DashboardCounts, other: DashboardCounts): boolean {
  return (
    one.stored === other.stored && one.failed === other.failed && one.rejected === other.rejected
  );
}

async function ask(url: string): Promise<DashboardCounts> {
  const response = await fetch(`${url}/dashboard/v1/snapshot`, {
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`The dashboard answered ${response.status}.`);
  const { saverView, rejections } = (await response.json()) as Snapshot;
  return {
    stored: saverView?.stored ?? 0,
    failed: saverView?.failed ?? 0,
    rejected: rejections.count,
  };
}
