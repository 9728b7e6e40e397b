import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { NatsModule } from 'nestjs-nats';
import { SAVER_CONFIG, type SaverConfig } from './config/saver.config.js';
import { dataSourceOptions } from './database/data-source-options.js';
import { openDatabase } from './database/open-database.js';
import { HealthController } from './health/health.controller.js';
import { QueryController } from './query/query.controller.js';
import { ReportController } from './report/report.controller.js';
import { ReportRepository } from './report/report.repository.js';

/** The saver: subscribes to reports, stores them, answers questions about them. */
@Module({})
export class AppModule {
  static forConfig(config: SaverConfig): DynamicModule {
    const options = dataSourceOptions(config.database);
    return {
      module: AppModule,
      imports: [
        NatsModule.forRoot({ ...config.nats, name: config.name }),
        TypeOrmModule.forRootAsync({
          // openDatabase() knows which failures are worth another try
          useFactory: () => ({ ...options, toRetry: () => false }),
          dataSourceFactory: () => openDatabase(options),
        }),
      ],
      controllers: [ReportController, QueryController, HealthController],
      providers: [ReportRepository, { provide: SAVER_CONFIG, useValue: config }],
    };
  }
}
