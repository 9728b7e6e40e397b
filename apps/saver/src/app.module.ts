import { type DynamicModule, Module } from '@nestjs/common';
import { DatabaseCheck } from 'app-kit/database/database-check';
import { databaseModule } from 'app-kit/database/database.module';
import { HealthModule } from 'app-kit/health/health.module';
import { StrategyCheck } from 'app-kit/nats/strategy-check';
import { type NatsInterceptor, NatsModule } from 'nestjs-nats';
import type { DataSource } from 'typeorm';
import { SAVER_CONFIG, type SaverConfig } from './config/saver.config.js';
import { QueryController } from './query/query.controller.js';
import { ReplicaController } from './query/replica.controller.js';
import { StreamCounter } from './query/stream-counts.js';
import { ReplicaWork } from './report/replica-work.js';
import { REPORTS } from './report/report-stream.js';
import { ReportController } from './report/report.controller.js';
import { ReportRepository } from './report/report.repository.js';

/** The saver: consumes reports, stores them, answers questions about them. */
@Module({})
export class AppModule {
  /**
   * @param database is open and migrated; the module closes it at shutdown, after the last handler
   * @param interceptors stand around every message that is handled
   */
  static forConfig(
    config: SaverConfig,
    database: DataSource,
    interceptors: NatsInterceptor[] = [],
  ): DynamicModule {
    return {
      module: AppModule,
      imports: [
        NatsModule.forRoot({
          ...config.nats,
          name: config.name,
          // one replica answers each query
          queue: 'logger-saver',
          streams: [REPORTS],
          // for `nats micro`, and whoever else looks for services
          service: { name: 'saver', version: '0.1.0', metadata: { replica: config.name } },
          interceptors,
        }),
        databaseModule(database),
        HealthModule.forRoot({
          checks: [StrategyCheck, DatabaseCheck],
          details: { replica: config.name },
        }),
      ],
      controllers: [ReportController, QueryController, ReplicaController],
      providers: [
        ReportRepository,
        ReplicaWork,
        StreamCounter,
        { provide: SAVER_CONFIG, useValue: config },
      ],
    };
  }
}
