import { type MigrationInterface, type QueryRunner, TableIndex } from 'typeorm';

const byCreateTime = new TableIndex({
  name: 'ix_realtime_warehousing_create_time',
  columnNames: ['create_time'],
});
const byStatus = new TableIndex({
  name: 'ix_acceptance_status_status_received_at',
  columnNames: ['status', 'received_at'],
});

/** Keeps the questions about the last minutes and about failures off the rest of the tables. */
export class IndexReports1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createIndex('realtime_warehousing', byCreateTime);
    await runner.createIndex('acceptance_status', byStatus);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('acceptance_status', byStatus);
    await runner.dropIndex('realtime_warehousing', byCreateTime);
  }
}
