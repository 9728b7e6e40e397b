import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

/** Creates the table of finished steps, on SQLite and PostgreSQL alike. */
export class CreateFinishedSteps1760000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'finished_steps',
        columns: [
          { name: 'step', type: 'text', isPrimary: true },
          { name: 'order_id', type: 'text', isPrimary: true },
          { name: 'outcome', type: 'text', isNullable: true },
          { name: 'done_by', type: 'text' },
          { name: 'done_at', type: 'text' },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('finished_steps');
  }
}
