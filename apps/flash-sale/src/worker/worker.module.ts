import { type DynamicModule, Module } from '@nestjs/common';
import { databaseModule } from 'app-kit/database/database.module';
import type { DataSource } from 'typeorm';
import { SaleDesk } from './sale-desk.js';
import { SaleQueryController } from './sale-query.controller.js';
import { SaleRepository } from './sale.repository.js';

/** Decides purchases, and answers what became of them. */
@Module({})
export class WorkerModule {
  /** @param database is open and migrated; the module closes it at shutdown, after the last handler */
  static on(database: DataSource): DynamicModule {
    return {
      module: WorkerModule,
      imports: [databaseModule(database)],
      controllers: [SaleQueryController],
      providers: [SaleDesk, SaleRepository],
    };
  }
}
