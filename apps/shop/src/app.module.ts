import { type DynamicModule, Module, StandardSchemaValidationPipe } from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DatabaseCheck } from 'app-kit/database/database-check';
import { databaseModule } from 'app-kit/database/database.module';
import { HealthModule } from 'app-kit/health/health.module';
import { StrategyCheck } from 'app-kit/nats/strategy-check';
import { type NatsInterceptor, NatsModule } from 'nestjs-nats';
import type { DataSource } from 'typeorm';
import { SHOP_CONFIG, type ShopConfig } from './config/shop.config.js';
import { OrderEvents } from './order/order-events.js';
import { OrderRelay } from './order/order-relay.js';
import { SHOP_ORDERS } from './order/order-stream.js';
import { OrderController } from './order/order.controller.js';
import { Order } from './order/order.entity.js';
import { OrderRepository } from './order/order.repository.js';
import { OrderService } from './order/order.service.js';
import { ProgressController } from './order/progress.controller.js';

/** The shop: orders over HTTP; what else they need is done by workers. */
@Module({})
export class AppModule {
  /**
   * @param database is open and migrated; the module closes it at shutdown, after the last handler
   * @param interceptors stand around every message, whichever way it goes
   */
  static forConfig(
    config: ShopConfig,
    database: DataSource,
    interceptors: NatsInterceptor[] = [],
  ): DynamicModule {
    return {
      module: AppModule,
      imports: [
        NatsModule.forRoot({ ...config.nats, name: 'shop', streams: [SHOP_ORDERS], interceptors }),
        databaseModule(database),
        TypeOrmModule.forFeature([Order]),
        HealthModule.forRoot({ checks: [StrategyCheck, DatabaseCheck] }),
      ],
      controllers: [OrderController, ProgressController],
      providers: [
        OrderEvents,
        OrderRelay,
        OrderRepository,
        OrderService,
        { provide: SHOP_CONFIG, useValue: config },
        { provide: APP_PIPE, useValue: new StandardSchemaValidationPipe() },
      ],
    };
  }
}
