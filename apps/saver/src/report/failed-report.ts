import { type AcceptanceRow, FAILED, type Receipt, type StoredReport } from './stored-report.js';
import { day, moment, msgId, name } from './fields.js';

const UNKNOWN = 'unknown';

/** What is known of a report that failed; whatever else its payload held is kept as it came. */
export interface Failure {
  readonly payload: unknown;
  readonly reportType: 'reportEvent' | 'reportUser';
  readonly reason: string;
}

/**
 * Makes the row that keeps a report which could not be accepted, with whatever of it can be
 * recognised: a report is never lost over its form.
 */
export function failedReport(
  { payload, reportType, reason }: Failure,
  receipt: Receipt,
): StoredReport {
  const fields = isRecord(payload) ? payload : {};
  const receivedAt = receipt.receivedAt.toISOString();
  const dataName =
    name.safeParse(fields['eventName']).data ?? name.safeParse(fields['dataName']).data ?? UNKNOWN;
  const row: AcceptanceRow = {
    msgId: msgId.safeParse(fields['msgId']).data ?? receipt.fallbackId,
    dataName,
    reportType,
    reportData: reportDataOf(payload, fields),
    status: FAILED,
    errorReason: reason,
    errorHandling: 'kept in acceptance_status, not warehoused',
    partEvent: name.safeParse(fields['partEvent']).data ?? dataName,
    partDate:
      day.safeParse(fields['partDate']).data ??
      (moment.safeParse(fields['createTime']).data ?? receivedAt).slice(0, 10),
    receivedAt,
  };
  return { table: 'acceptance_status', row };
}

function reportDataOf(payload: unknown, fields: Record<string, unknown>): string {
  const data = fields['reportData'];
  if (typeof data === 'string') return data;
  return JSON.stringify(payload) ?? '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
