import { type MigrationInterface, type QueryRunner, TableIndex } from 'typeorm';

const TABLES = ['realtime_warehousing', 'acceptance_status'];

/** Keeps the question about the newest rows off the rest of the tables. */
export class IndexArrival1766000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.createIndex(table, byArrival(table));
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.dropIndex(table, byArrival(table));
  }
}

function byArrival(table: string): TableIndex {
  return new TableIndex({ name: `ix_${table}_received_at`, columnNames: ['received_at', 'id'] });
}
