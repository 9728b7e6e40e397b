import type { Report } from './report.schema.js';

/** What travels on `logger.report.event`. */
export interface RealTimeWarehousingData {
  /** Identifies the report: it is stored once, however often it arrives. */
  msgId: string;
  eventName: string;
  /** The report's content as it came, JSON or not. */
  reportData: string;
  /** ISO 8601, UTC. */
  createTime: string;
}

/** What travels on `logger.report.user`. */
export interface AcceptStatusReportData {
  /** Identifies the report: it is stored once, however often it arrives. */
  msgId: string;
  dataName: string;
  reportType: string;
  /** The report's content as it came, JSON or not. */
  reportData: string;
  errorReason: string;
  errorHandling: string;
  /** 1: accepted. 0: failed, for the reason in `errorReason`. */
  status: number;
  partEvent: string;
  /** The day the report belongs to: `YYYY-MM-DD`, UTC. */
  partDate: string;
}

/** A subject and what to publish on it. */
export type ReportMessage =
  | { subject: 'logger.report.event'; data: RealTimeWarehousingData }
  | { subject: 'logger.report.user'; data: AcceptStatusReportData };

/** Turns a checked report into the message that carries it. The application's key stays behind. */
export function reportMessage(report: Report, msgId: string, receivedAt: Date): ReportMessage {
  const createTime = receivedAt.toISOString();
  if (report.reportType === 'reportEvent') {
    return {
      subject: 'logger.report.event',
      data: { msgId, eventName: report.eventName, reportData: report.content, createTime },
    };
  }
  return {
    subject: 'logger.report.user',
    data: {
      msgId,
      dataName: report.eventName,
      reportType: report.reportType,
      reportData: report.content,
      errorReason: '',
      errorHandling: '',
      status: 1,
      partEvent: report.eventName,
      partDate: createTime.slice(0, 10),
    },
  };
}
