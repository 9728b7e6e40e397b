import { Controller, Get, Logger, ServiceUnavailableException } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { NatsStrategy } from 'nestjs-nats';
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
    private readonly strategy: NatsStrategy,
    @InjectDataSource() private readonly dataSource: DataSource,
  ) {}

  /** The process lives. */
  @Get('healthz')
  live(): Health {
    return OK;
  }

  /** NATS is connected and the database answers; 503 otherwise. */
  @Get('readyz')
  async ready(): Promise<Health> {
    if ((await firstValueFrom(this.strategy.status)) !== 'connected') {
      throw new ServiceUnavailableException('NATS is not connected.');
    }
    try {
      await this.dataSource.query('SELECT 1');
    } catch (error) {
      this.logger.warn(`The database does not answer: ${String(error)}`);
      throw new ServiceUnavailableException('The database does not answer.', { cause: error });
    }
    return OK;
  }
}
