import { z } from 'zod';
import { failedReport } from './failed-report.js';
import { describeFaults, jsonFault, moment, msgId, name } from './fields.js';
import { normaliseKeys } from './normalise-keys.js';
import type { Receipt, StoredReport } from './stored-report.js';

/** `RealTimeWarehousingData`, what travels on `logger.report.event`. */
const warehousingData = z.object({
  msgId,
  eventName: name,
  reportData: z.string(),
  createTime: moment.optional(),
});

/** Turns a payload of `logger.report.event`, whatever it holds, into the row that keeps it. */
export function readEvent(raw: unknown, receipt: Receipt): StoredReport {
  const payload = normaliseKeys(raw);
  const failed = (reason: string): StoredReport =>
    failedReport({ payload, reportType: 'reportEvent', reason }, receipt);
  const read = warehousingData.safeParse(payload);
  if (!read.success) return failed(describeFaults(read.error));
  const reason = jsonFault(read.data.reportData);
  if (reason !== undefined) return failed(reason);
  const receivedAt = receipt.receivedAt.toISOString();
  const { msgId: id = receipt.fallbackId, createTime = receivedAt, ...rest } = read.data;
  return { table: 'realtime_warehousing', row: { ...rest, msgId: id, createTime, receivedAt } };
}
