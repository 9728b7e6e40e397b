import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** A piece that somebody has bought. One for each user and item. */
@Entity('sale_orders')
@Unique(['item', 'user'])
export class SaleOrder {
  /** A UUID. */
  @PrimaryColumn('text')
  id: string;

  @Column('text')
  item: string;

  @Column('text', { name: 'user_name' })
  user: string;
}
