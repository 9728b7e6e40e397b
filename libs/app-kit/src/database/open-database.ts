import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { BootError } from '../lifecycle/boot-error.js';
import { dataSourceOptions, type Schema } from './data-source-options.js';
import type { DatabaseConfig } from './database-config.js';
import { migrate } from './migrate.js';

const RETRY_AFTER_MS = 100;
const GIVE_UP_AFTER_MS = 10_000;

/** The database cannot be used. */
export class DatabaseError extends BootError {
  override readonly name = 'DatabaseError';
}

/**
 * Opens the database and migrates it.
 *
 * For ten seconds it tries again when another replica is setting up the same SQLite file, which
 * answers "busy" without waiting, or when PostgreSQL is not up yet.
 *
 * @param fileVariable the variable that names the SQLite file, for the message
 * @throws DatabaseError
 */
export async function openDatabase(
  database: DatabaseConfig,
  schema: Schema,
  fileVariable = 'DATABASE_FILE',
): Promise<DataSource> {
  const options = dataSourceOptions(database, schema);
  const logger = new Logger('Database');
  const giveUpAt = Date.now() + GIVE_UP_AFTER_MS;
  for (let attempt = 1; ; attempt++) {
    try {
      return await openOnce(options);
    } catch (error) {
      if (!passes(error) || Date.now() > giveUpAt)
        throw databaseError(database, fileVariable, error);
      if (attempt === 1) logger.warn(`Waiting for the database: ${reasonOf(error)}`);
      await sleep(RETRY_AFTER_MS);
    }
  }
}

async function openOnce(options: DataSourceOptions): Promise<DataSource> {
  const dataSource = await new DataSource(options).initialize();
  try {
    await migrate(dataSource);
    return dataSource;
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}

/** PostgreSQL's cannot_connect_now: it is starting up or shutting down. */
const CANNOT_CONNECT_NOW = '57P03';

/** Tells whether waiting may help. */
function passes(error: unknown): boolean {
  const code = codeOf(error);
  return code.startsWith('SQLITE_BUSY') || code === 'ECONNREFUSED' || code === CANNOT_CONNECT_NOW;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function reasonOf(error: unknown): string {
  // what comes from several addresses of one host has a code and no message
  return (error instanceof Error && error.message) || codeOf(error) || String(error);
}

function databaseError(
  database: DatabaseConfig,
  fileVariable: string,
  cause: unknown,
): DatabaseError {
  const reason = reasonOf(cause);
  if (database.kind === 'postgres') {
    return new DatabaseError(
      `cannot use the PostgreSQL database (${reason}). ` +
        'Check that it runs, and that DATABASE_URL names it and a user who may create tables.',
      { cause },
    );
  }
  return new DatabaseError(
    `cannot use the SQLite file ${database.file} (${reason}). ` +
      `Check ${fileVariable} and the rights on its folder.`,
    { cause },
  );
}
