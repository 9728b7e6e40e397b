import { Controller, Get, Inject, Logger, ServiceUnavailableException } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { NatsStrategy } from 'nestjs-nats';
import { firstValueFrom } from 'rxjs';
import { DataSource } from 'typeorm';
import { SAVER_CONFIG } from '../config/saver.config.js';
import type { SaverConfig } from '../config/saver.config.js';

/** What the probes answer. */
interface Health {
  status: 'ok';
  replica: string;
}

/** Answers the probes of an orchestrator. */
@Controller()
export class HealthController {
  private readonly logger = new Logger(HealthController.name);
  private readonly ok: Health;

  constructor(
    private readonly strategy: NatsStrategy,
    @InjectDataSource() private readonly dataSource: DataSource,
    @Inject(SAVER_CONFIG) config: SaverConfig,
  ) {
    this.ok = { status: 'ok', replica: config.name };
  }

  /** The process lives. */
  @Get('healthz')
  live(): Health {
    return this.ok;
  }

  /** Reports can be received and stored; 503 otherwise. */
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
    return this.ok;
  }
}
