import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

const text = (name: string) => ({ name, type: 'text' });
const integer = (name: string) => ({ name, type: 'integer' });
const flag = (name: string) => ({ name, type: 'boolean', default: false });

/** Creates the table of orders, on SQLite and PostgreSQL alike. */
export class CreateOrders1760000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'orders',
        columns: [
          { ...text('id'), isPrimary: true },
          ...['customer', 'sku'].map(text),
          ...['quantity', 'total_cents'].map(integer),
          ...['mode', 'created_at'].map(text),
          ...['announced', 'points', 'coupon', 'notification'].map(flag),
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('orders');
  }
}
