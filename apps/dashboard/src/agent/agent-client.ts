import {
  BadGatewayException,
  HttpException,
  Inject,
  Injectable,
  Logger,
  NotFoundException,
} from '@nestjs/common';
import { DASHBOARD_CONFIG } from '../config/dashboard.config.js';
import type { DashboardConfig } from '../config/dashboard.config.js';
import type { TestEvent } from './test-event.schema.js';

/** A report that the agent has accepted. */
export interface Accepted {
  readonly msg: string;
  readonly msgId: string;
}

const TIMEOUT_MS = 5000;

/** Reports as any application does: over HTTP, with a key. The key stays here. */
@Injectable()
export class AgentClient {
  private readonly logger = new Logger(AgentClient.name);

  constructor(@Inject(DASHBOARD_CONFIG) private readonly config: DashboardConfig) {}

  /**
   * Reports an event.
   *
   * @throws HttpException with the agent's own status and words when it refuses
   * @throws BadGatewayException when it does not answer
   */
  async report(event: TestEvent): Promise<Accepted> {
    const { agent } = this.config;
    if (agent === undefined) throw new NotFoundException('There is no agent to report to.');
    const { url, appId, appKey } = agent;
    const report = { reportType: 'reportEvent', appId, appKey, ...event };
    const answer = await this.post(`${url}/agent/v1/report`, report);
    const msg = await messageOf(answer);
    if (!answer.ok) throw new HttpException(msg, answer.status);
    return { msg, msgId: answer.headers.get('x-message-id') ?? '' };
  }

  private async post(url: string, body: unknown): Promise<Response> {
    try {
      return await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      this.logger.warn(`The agent does not answer at ${url}: ${String(error)}`);
      throw new BadGatewayException('The agent does not answer.', { cause: error });
    }
  }
}

async function messageOf(answer: Response): Promise<string> {
  try {
    const { msg } = (await answer.json()) as { msg?: unknown };
    if (typeof msg === 'string') return msg;
  } catch (error) {
    throw new BadGatewayException('The agent answers, but not as an agent does.', { cause: error });
  }
  throw new BadGatewayException('The agent answers, but not as an agent does.');
}
