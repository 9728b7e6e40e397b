import { z } from 'zod';
import { failedReport } from './failed-report.js';
import { day, describeFaults, jsonFault, msgId, name } from './fields.js';
import { normaliseKeys } from './normalise-keys.js';
import { ACCEPTED, FAILED, type Receipt, type StoredReport } from './stored-report.js';

/** `AcceptStatusReportData`, what travels on `logger.report.user`. */
const acceptStatusData = z.object({
  msgId,
  dataName: name,
  reportType: name,
  reportData: z.string(),
  errorReason: z.string().default(''),
  errorHandling: z.string().default(''),
  status: z.int32().default(ACCEPTED),
  partEvent: name.optional(),
  partDate: day.optional(),
});

/** Turns a payload of `logger.report.user`, whatever it holds, into the row that keeps it. */
export function readUser(raw: unknown, receipt: Receipt): StoredReport {
  const payload = normaliseKeys(raw);
  const failed = (reason: string): StoredReport =>
    failedReport({ payload, reportType: 'reportUser', reason }, receipt);
  const read = acceptStatusData.safeParse(payload);
  if (!read.success) return failed(describeFaults(read.error));
  // a sender that knows its data failed has said why, and need not send JSON
  const reason = read.data.status === FAILED ? undefined : jsonFault(read.data.reportData);
  if (reason !== undefined) return failed(reason);
  const receivedAt = receipt.receivedAt.toISOString();
  const { data } = read;
  return {
    table: 'acceptance_status',
    row: {
      ...data,
      msgId: data.msgId ?? receipt.fallbackId,
      partEvent: data.partEvent ?? data.dataName,
      partDate: data.partDate ?? receivedAt.slice(0, 10),
      receivedAt,
    },
  };
}
