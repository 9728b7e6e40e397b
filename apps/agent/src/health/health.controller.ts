import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { ClientCheck } from 'app-kit/nats/client-check';
import { type HttpAnswer, SUCCESS } from '../http/http-answer.js';

/** Answers the probes of an orchestrator. */
@Controller()
export class HealthController {
  constructor(private readonly nats: ClientCheck) {}

  /** The process lives. */
  @Get('healthz')
  live(): HttpAnswer {
    return SUCCESS;
  }

  /** Reports can be passed on; 503 otherwise. */
  @Get('readyz')
  async ready(): Promise<HttpAnswer> {
    // why is for the log: addresses of servers are nobody's business here
    if ((await this.nats.fault()) === undefined) return SUCCESS;
    throw new ServiceUnavailableException(this.nats.failure);
  }
}
