import { Controller, Get, Inject, Logger, ServiceUnavailableException } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { NatsStrategy } from 'nestjs-nats';
import { NatsHealthIndicator } from 'nestjs-nats/terminus';
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
    private readonly health: NatsHealthIndicator,
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
    const { nats } = await this.health.readiness('nats', this.strategy);
    if (nats.status !== 'up') throw new ServiceUnavailableException('NATS cannot be used.');
    try {
      await this.dataSource.query('SELECT 1');
    } catch (error) {
      this.logger.warn(`The database does not answer: ${String(error)}`);
      throw new ServiceUnavailableException('The database does not answer.', { cause: error });
    }
    return this.ok;
  }
}
