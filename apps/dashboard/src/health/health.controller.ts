import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { NatsStatusWatch } from './nats-status-watch.js';

/** Answers the probes of an orchestrator. */
@Controller()
export class HealthController {
  constructor(private readonly nats: NatsStatusWatch) {}

  /** The process lives. */
  @Get('healthz')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** NATS is connected; 503 otherwise, though the page can be looked at also then. */
  @Get('readyz')
  ready(): { status: 'ok' } {
    if (this.nats.isConnected) return { status: 'ok' };
    throw new ServiceUnavailableException('NATS is not connected.');
  }
}
