import { randomUUID } from 'node:crypto';
import { Controller, Logger } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { NatsMessageContext } from 'nestjs-nats';
import { readEvent } from './read-event.js';
import { readUser } from './read-user.js';
import { ReportRepository } from './report.repository.js';
import type { Receipt, StoredReport } from './stored-report.js';

/**
 * Stores the reports of the agents. The queue group is that of the strategy, so that of all replicas
 * exactly one gets each report.
 */
@Controller()
export class ReportController {
  private readonly logger = new Logger(ReportController.name);

  constructor(private readonly reports: ReportRepository) {}

  /** Takes an event. */
  @EventPattern<string>('logger.report.event')
  async onEvent(@Payload() payload: unknown, @Ctx() context: NatsMessageContext): Promise<void> {
    await this.store(readEvent(payload, receipt()), context);
  }

  /** Takes a report about a user. */
  @EventPattern<string>('logger.report.user')
  async onUser(@Payload() payload: unknown, @Ctx() context: NatsMessageContext): Promise<void> {
    await this.store(readUser(payload, receipt()), context);
  }

  private async store(report: StoredReport, context: NatsMessageContext): Promise<void> {
    const outcome = await this.reports.store(report);
    if (outcome === 'duplicate') {
      this.logger.debug(`Report ${report.row.msgId} of ${context.subject} is stored already`);
    }
  }
}

function receipt(): Receipt {
  return { receivedAt: new Date(), fallbackId: randomUUID() };
}
