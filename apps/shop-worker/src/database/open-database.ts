import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { BootError } from 'app-kit/lifecycle/boot-error';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { migrate } from './migrate.js';

const RETRY_AFTER_MS = 100;
const GIVE_UP_AFTER_MS = 10_000;

/** The database cannot be used. The message is for the person who started the app. */
export class DatabaseError extends BootError {
  override readonly name = 'DatabaseError';
}

/**
 * Opens the database and migrates it.
 *
 * For ten seconds it tries again when another replica is setting up the same SQLite file, which
 * answers "busy" without waiting, or when PostgreSQL is not up yet.
 *
 * @throws DatabaseError
 */
export async function openDatabase(options: DataSourceOptions): Promise<DataSource> {
  const logger = new Logger('Database');
  const giveUpAt = Date.now() + GIVE_UP_AFTER_MS;
  for (let attempt = 1; ; attempt++) {
    try {
      return await openOnce(options);
    } catch (error) {
      if (!passes(error) || Date.now() > giveUpAt) throw databaseError(options, error);
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

function databaseError(options: DataSourceOptions, cause: unknown): DatabaseError {
  const reason = reasonOf(cause);
  if (options.type === 'postgres') {
    return new DatabaseError(
      `cannot use the PostgreSQL database (${reason}). ` +
        'Check that it runs, and that DATABASE_URL names it and a user who may create tables.',
      { cause },
    );
  }
  return new DatabaseError(
    `cannot use the SQLite file ${String(options.database)} (${reason}). ` +
      'Check DATABASE_FILE and the rights on its folder.',
    { cause },
  );
}
