import { type DynamicModule, Module, StandardSchemaValidationPipe } from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DatabaseCheck } from 'app-kit/database/database-check';
import { databaseModule } from 'app-kit/database/database.module';
import { HealthModule } from 'app-kit/health/health.module';
import { StrategyCheck } from 'app-kit/nats/strategy-check';
import { type NatsInterceptor, NatsModule } from 'nestjs-nats';
import type { DataSource } from 'typeorm';
import { SHOP_WORKER_CONFIG, type ShopWorkerConfig } from './config/shop-worker.config.js';
import { FinishedStep } from './step/finished-step.entity.js';
import { FinishedStepRepository } from './step/finished-step.repository.js';
import { SHOP_ORDERS } from './step/order-stream.js';
import { StepQueryController } from './step/step-query.controller.js';
import { stepController } from './step/step.controller.js';
import { StepService } from './step/step.service.js';

/** The workers of the shop: the steps that the configuration names, in this process. */
@Module({})
export class AppModule {
  /**
   * @param database is open and migrated; the module closes it at shutdown, after the last handler
   * @param interceptors stand around every message, whichever way it goes
   */
  static forConfig(
    config: ShopWorkerConfig,
    database: DataSource,
    interceptors: NatsInterceptor[] = [],
  ): DynamicModule {
    return {
      module: AppModule,
      imports: [
        NatsModule.forRoot({
          ...config.nats,
          name: config.name,
          streams: [SHOP_ORDERS],
          // for `nats micro`, and whoever else looks for services
          service: {
            name: 'shop-worker',
            version: '0.1.0',
            metadata: { worker: config.name, steps: config.steps.join(',') },
          },
          interceptors,
        }),
        databaseModule(database),
        TypeOrmModule.forFeature([FinishedStep]),
        HealthModule.forRoot({ checks: [StrategyCheck, DatabaseCheck] }),
      ],
      controllers: [...config.steps.map(stepController), StepQueryController],
      providers: [
        FinishedStepRepository,
        StepService,
        { provide: SHOP_WORKER_CONFIG, useValue: config },
        { provide: APP_PIPE, useValue: new StandardSchemaValidationPipe() },
      ],
    };
  }
}
