import type { DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';

/**
 * Hands an open database to the modules of an app: each may inject its `DataSource`. It is closed at shutdown, after the
 * last handler.
 */
export function databaseModule(database: DataSource): DynamicModule {
  return TypeOrmModule.forRootAsync({
    useFactory: () => database.options,
    dataSourceFactory: () => Promise.resolve(database),
  });
}
