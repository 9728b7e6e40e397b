import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

const text = (name: string) => ({ name, type: 'text' });
const key = (name: string) => ({ ...text(name), isPrimary: true });
const integer = (name: string) => ({ name, type: 'integer' });

/** Creates the tables of the sale, on SQLite and PostgreSQL alike. */
export class CreateSaleTables1760000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'sale_items',
        columns: [key('item'), integer('stock'), integer('available')],
        checks: [{ name: 'ck_sale_items_available', expression: 'available >= 0' }],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'sale_orders',
        columns: [key('id'), text('item'), text('user_name')],
        uniques: [{ name: 'uq_sale_orders_item_user', columnNames: ['item', 'user_name'] }],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'decided_tickets',
        columns: [
          key('ticket'),
          ...['item', 'outcome'].map(text),
          { ...text('order_id'), isNullable: true },
          text('decided_by'),
        ],
        indices: [{ name: 'ix_decided_tickets_item', columnNames: ['item', 'outcome'] }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['decided_tickets', 'sale_orders', 'sale_items']) {
      await runner.dropTable(table);
    }
  }
}
