import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An article on sale. */
@Entity('sale_items')
export class SaleItem {
  @PrimaryColumn('text')
  item: string;

  /** How many pieces there were. */
  @Column('integer')
  stock: number;

  /** How many pieces there are; the database refuses a number below zero. */
  @Column('integer')
  available: number;
}
