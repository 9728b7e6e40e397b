import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { NatsListener } from 'app-kit/nats/nats-listener';

/** Answers the probes of an orchestrator. */
@Controller()
export class HealthController {
  constructor(private readonly nats: NatsListener) {}

  /** The process lives. */
  @Get('healthz')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** Messages of NATS arrive; 503 otherwise, though the page can be looked at also then. */
  @Get('readyz')
  ready(): { status: 'ok' } {
    if (this.nats.isListening) return { status: 'ok' };
    throw new ServiceUnavailableException('NATS is not connected.');
  }
}
