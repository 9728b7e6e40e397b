import type { ReplicaCount } from '../report/report.repository.js';
import type { StreamCounts } from './stream-counts.js';

/** The answer to `report.query.stats`. */
export interface ReportStats extends StreamCounts {
  /** The replica that answers. */
  replica: string;
  /** Rows of both tables. */
  total: number;
  realtimeWarehousing: number;
  acceptanceStatus: number;
  /** Rows of `acceptance_status` whose status says that the report failed. */
  failed: number;
  /** Rows of both tables, by the replica that stored them. */
  byReplica: Record<string, number>;
}

/** Adds up the counts of the two tables, beside those of the stream. */
export function reportStats(
  replica: string,
  counts: { warehousing: ReplicaCount[]; acceptance: ReplicaCount[]; failed: number },
  stream: StreamCounts,
): ReportStats {
  const byReplica = new Map<string, number>();
  for (const { replica: name, rows } of [...counts.warehousing, ...counts.acceptance]) {
    byReplica.set(name, (byReplica.get(name) ?? 0) + rows);
  }
  const realtimeWarehousing = sum(counts.warehousing);
  const acceptanceStatus = sum(counts.acceptance);
  return {
    replica,
    ...stream,
    total: realtimeWarehousing + acceptanceStatus,
    realtimeWarehousing,
    acceptanceStatus,
    failed: counts.failed,
    byReplica: Object.fromEntries(byReplica),
  };
}

function sum(counts: readonly ReplicaCount[]): number {
  return counts.reduce((total, { rows }) => total + rows, 0);
}
