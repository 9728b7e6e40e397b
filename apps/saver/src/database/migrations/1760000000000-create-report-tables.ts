import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

const text = (name: string) => ({ name, type: 'text' });
const msgId = { name: 'msg_id', type: 'text' };
const common = [
  { name: 'received_at', type: 'text' },
  { name: 'saved_by', type: 'text', isNullable: true },
];
const id = {
  name: 'id',
  type: 'integer',
  isPrimary: true,
  isGenerated: true,
  generationStrategy: 'increment' as const,
};

/** Creates the two tables of reports, on SQLite and PostgreSQL alike. */
export class CreateReportTables1760000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'realtime_warehousing',
        columns: [id, msgId, ...['event_name', 'report_data', 'create_time'].map(text), ...common],
        uniques: [{ name: 'uq_realtime_warehousing_msg_id', columnNames: ['msg_id'] }],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'acceptance_status',
        columns: [
          id,
          msgId,
          ...['data_name', 'report_type', 'report_data'].map(text),
          { name: 'status', type: 'integer' },
          ...['error_reason', 'error_handling', 'part_event', 'part_date'].map(text),
          ...common,
        ],
        uniques: [{ name: 'uq_acceptance_status_msg_id', columnNames: ['msg_id'] }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('acceptance_status');
    await runner.dropTable('realtime_warehousing');
  }
}
