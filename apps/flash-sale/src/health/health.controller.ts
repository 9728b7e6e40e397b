import { Controller, Get, Logger, Optional, ServiceUnavailableException } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { InjectNatsClient, NatsClient } from 'nestjs-nats';
import { firstValueFrom } from 'rxjs';
import { DataSource } from 'typeorm';

/** What the probes answer. */
interface Health {
  status: 'ok';
}

const OK: Health = { status: 'ok' };

/** Answers the probes of an orchestrator. */
@Controller()
export class HealthController {
  private readonly logger = new Logger(HealthController.name);

  constructor(
    @InjectNatsClient() private readonly nats: NatsClient,
    // a gateway has none
    @Optional() @InjectDataSource() private readonly dataSource?: DataSource,
  ) {}

  /** The process lives. */
  @Get('healthz')
  live(): Health {
    return OK;
  }

  /** NATS is connected, and the database, if it has one, answers; 503 otherwise. */
  @Get('readyz')
  async ready(): Promise<Health> {
    try {
      // a gateway dials at its first message, and gets none while it is not ready
      await this.nats.connect();
    } catch (error) {
      this.logger.warn(`NATS cannot be reached: ${String(error)}`);
      throw new ServiceUnavailableException('NATS is not connected.', { cause: error });
    }
    if ((await firstValueFrom(this.nats.status)) !== 'connected') {
      throw new ServiceUnavailableException('NATS is not connected.');
    }
    try {
      await this.dataSource?.query('SELECT 1');
    } catch (error) {
      this.logger.warn(`The database does not answer: ${String(error)}`);
      throw new ServiceUnavailableException('The database does not answer.', { cause: error });
    }
    return OK;
  }
}
