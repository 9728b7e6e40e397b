import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { Consume, JetStreamBatchContext, type JetStreamContext } from 'nestjs-nats';
import { readEvent } from './read-event.js';
import { readUser } from './read-user.js';
import { REPORTS } from './report-stream.js';
import { ReplicaWork } from './replica-work.js';
import { ReportRepository } from './report.repository.js';
import type { Receipt, StoredReport } from './stored-report.js';

/** The reader of each subject. */
const READERS: Record<string, (payload: unknown, receipt: Receipt) => StoredReport> = {
  'logger.report.event': readEvent,
  'logger.report.user': readUser,
};

/** Stores the reports of the agents. Of all replicas exactly one gets each report at a time. */
@Controller()
export class ReportController {
  constructor(
    private readonly reports: ReportRepository,
    private readonly work: ReplicaWork,
  ) {}

  /**
   * Stores as many reports as are there in one transaction. They are acknowledged once it is
   * committed; a crash in between means that they come again, and are there already.
   */
  @Consume(Object.keys(READERS), {
    stream: REPORTS.name,
    durable: 'logger-saver',
    batch: { size: 100, maxWaitMs: 20 },
    // SQLite has one connection, and that one transaction at a time
    concurrency: 1,
    // what a replica has not stored when it is killed, another gets this much later
    ackWaitMs: 2000,
    // every payload becomes a row, so the database is at fault, and will come back
    retry: { attempts: Infinity, maxMs: 5000 },
  })
  async onReports(
    @Payload() payloads: readonly unknown[],
    @Ctx() { messages }: JetStreamBatchContext,
  ): Promise<void> {
    await this.reports.store(messages.map((message, index) => read(payloads[index], message)));
    this.work.add(messages.length);
  }
}

function read(payload: unknown, context: JetStreamContext): StoredReport {
  const { stream, sequence, storedAt, subject } = context;
  // a stream that was deleted and made again counts from 1: only the time tells the two apart
  const fallbackId = `${stream}-${sequence}-${storedAt.getTime()}`;
  return READERS[subject]!(payload, { receivedAt: storedAt, fallbackId });
}
