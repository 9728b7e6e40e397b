import { type DynamicModule, Module, StandardSchemaValidationPipe } from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { DatabaseCheck } from 'app-kit/database/database-check';
import { HealthModule } from 'app-kit/health/health.module';
import { ClientCheck } from 'app-kit/nats/client-check';
import { NatsModule } from 'nestjs-nats';
import type { DataSource } from 'typeorm';
import { FLASH_SALE_CONFIG, type FlashSaleConfig } from './config/flash-sale.config.js';
import { GatewayModule } from './gateway/gateway.module.js';
import { saleStream } from './sale/sale-stream.js';
import { WorkerModule } from './worker/worker.module.js';

/** The sale: a gateway, a worker, or both in one process. */
@Module({})
export class AppModule {
  /** @param database is what a worker needs; a gateway has none */
  static forConfig(config: FlashSaleConfig, database: DataSource | undefined): DynamicModule {
    return {
      module: AppModule,
      // the configuration is for all modules
      global: true,
      imports: [
        NatsModule.forRoot({
          ...config.nats,
          name: config.name,
          streams: [saleStream(config.maxWaiting)],
          connectTimeoutMs: config.timeoutMs,
        }),
        ...(config.roles.has('gateway') ? [GatewayModule] : []),
        ...(database ? [WorkerModule.on(database)] : []),
        HealthModule.forRoot({ checks: database ? [ClientCheck, DatabaseCheck] : [ClientCheck] }),
      ],
      providers: [
        { provide: FLASH_SALE_CONFIG, useValue: config },
        { provide: APP_PIPE, useValue: new StandardSchemaValidationPipe() },
      ],
      exports: [FLASH_SALE_CONFIG],
    };
  }
}
