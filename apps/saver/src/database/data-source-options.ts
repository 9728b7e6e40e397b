import Database from 'libsql';
import type { DataSourceOptions } from 'typeorm';
import type { DatabaseConfig } from '../config/saver.config.js';
import { AcceptanceStatus } from '../report/acceptance-status.entity.js';
import { RealtimeWarehousing } from '../report/realtime-warehousing.entity.js';
import { CreateReportTables1760000000000 } from './migrations/1760000000000-create-report-tables.js';
import { IndexReports1764000000000 } from './migrations/1764000000000-index-reports.js';

/** How long a statement waits for the other replicas' locks, in milliseconds. */
const BUSY_TIMEOUT_MS = 5000;
/** How long PostgreSQL may take to accept a connection, in milliseconds. */
const CONNECT_TIMEOUT_MS = 5000;

const schema = {
  entities: [RealtimeWarehousing, AcceptanceStatus],
  migrations: [CreateReportTables1760000000000, IndexReports1764000000000],
  // migrate() does it, under a lock
  migrationsRun: false,
  synchronize: false,
};

/** The one set of entities and migrations, on either database. */
export function dataSourceOptions(database: DatabaseConfig): DataSourceOptions {
  if (database.kind === 'postgres') {
    return {
      ...schema,
      type: 'postgres',
      // TypeORM takes the scheme for the name of its driver
      url: database.url.replace(/^postgresql:/, 'postgres:'),
      connectTimeoutMS: CONNECT_TIMEOUT_MS,
      poolSize: 10,
    };
  }
  return {
    ...schema,
    type: 'better-sqlite3',
    // libsql has the interface of better-sqlite3 and comes with binaries for every platform
    driver: Database,
    database: database.file,
    timeout: BUSY_TIMEOUT_MS,
    // readers do not wait for the writer, nor the writer for readers
    enableWAL: true,
  };
}
