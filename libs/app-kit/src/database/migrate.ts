import { type DataSource, MigrationExecutor } from 'typeorm';

/** Any number will do, as long as nobody else in the database uses it as a lock. */
const ADVISORY_LOCK = 7_222_001;

/**
 * Brings the database up to the newest migration. Replicas that boot at the same moment do it one
 * after the other: all of it is one transaction, and the first thing in it is a lock.
 */
export async function migrate(dataSource: DataSource): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.startTransaction();
    await runner.query(lockStatement(dataSource));
    const executor = new MigrationExecutor(dataSource, runner);
    executor.transaction = 'none';
    await executor.executePendingMigrations();
    await runner.commitTransaction();
  } catch (error) {
    if (runner.isTransactionActive) await runner.rollbackTransaction();
    throw error;
  } finally {
    await runner.release();
  }
}

function lockStatement(dataSource: DataSource): string {
  if (dataSource.options.type === 'postgres') {
    return `SELECT pg_advisory_xact_lock(${ADVISORY_LOCK})`;
  }
  // BEGIN alone locks nothing: the first statement that writes does, and waits its turn. A read
  // before it would pin an old snapshot, and SQLite refuses to write on top of one.
  return 'PRAGMA user_version = 0';
}
