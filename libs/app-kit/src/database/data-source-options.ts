import Database from 'libsql';
import type { DataSourceOptions } from 'typeorm';
import type { DatabaseConfig } from './database-config.js';

/** How long a statement waits for the locks of other processes, in milliseconds. */
const BUSY_TIMEOUT_MS = 5000;
/** How long PostgreSQL may take to accept a connection, in milliseconds. */
const CONNECT_TIMEOUT_MS = 5000;

/** The entities of an app, and the migrations that make their tables. */
export type Schema = Required<Pick<DataSourceOptions, 'entities' | 'migrations'>>;

/** Gives TypeORM the one set of entities and migrations, on either database. */
export function dataSourceOptions(database: DatabaseConfig, schema: Schema): DataSourceOptions {
  // migrate() does it, under a lock
  const common = { ...schema, migrationsRun: false, synchronize: false };
  if (database.kind === 'postgres') {
    return {
      ...common,
      type: 'postgres',
      // TypeORM takes the scheme for the name of its driver
      url: database.url.replace(/^postgresql:/, 'postgres:'),
      connectTimeoutMS: CONNECT_TIMEOUT_MS,
      poolSize: 10,
    };
  }
  return {
    ...common,
    type: 'better-sqlite3',
    // libsql has the interface of better-sqlite3 and comes with binaries for every platform
    driver: Database,
    database: database.file,
    timeout: BUSY_TIMEOUT_MS,
    // readers do not wait for the writer, nor the writer for readers
    enableWAL: true,
  };
}
