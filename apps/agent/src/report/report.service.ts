import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger, UnauthorizedException } from '@nestjs/common';
import { InjectNatsClient, NatsClient } from 'nestjs-nats';
import { AGENT_CONFIG } from '../config/agent.config.js';
import type { AgentConfig } from '../config/agent.config.js';
import { isKnownApp } from '../config/app-keys.js';
import { publishFault } from './publish-fault.js';
import { reportMessage } from './report-message.js';
import type { Report } from './report.schema.js';

/** Checks who reports, and passes the report on to the stream. */
@Injectable()
export class ReportService {
  private readonly logger = new Logger(ReportService.name);

  constructor(
    @Inject(AGENT_CONFIG) private readonly config: AgentConfig,
    @InjectNatsClient() private readonly nats: NatsClient,
  ) {}

  /**
   * Publishes a report and waits until the stream has stored it.
   *
   * @returns the id the report carries from now on
   * @throws UnauthorizedException for an unknown application or a wrong key
   * @throws ServiceUnavailableException when it was not stored within the configured time
   */
  async publish(report: Report): Promise<string> {
    if (!isKnownApp(this.config.apps, report.appId, report.appKey)) {
      throw new UnauthorizedException('Unknown appId, or the appKey is not its key.');
    }
    const msgId = randomUUID();
    const { subject, data } = reportMessage(report, msgId, new Date());
    try {
      await this.nats.publish(subject, data, {
        msgId,
        timeoutMs: this.config.publishTimeoutMs,
      });
    } catch (error) {
      const fault = publishFault(error);
      // whatever is no fault of NATS is logged where it ends, by the filter
      if (fault !== error) this.logger.warn(`Report refused, ${subject}: ${String(error)}`);
      throw fault;
    }
    if (report.debug !== 0) this.logger.log(`Report ${msgId} went to ${subject} (debug)`);
    return msgId;
  }
}
