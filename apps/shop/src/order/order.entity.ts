import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Mode } from './order.schema.js';

/** An order, and how far it is. */
@Entity('orders')
export class Order {
  /** A UUID. */
  @PrimaryColumn('text')
  id: string;

  @Column('text')
  customer: string;

  @Column('text')
  sku: string;

  @Column('integer')
  quantity: number;

  @Column('integer', { name: 'total_cents' })
  totalCents: number;

  /** How its steps are done. */
  @Column('text')
  mode: Mode;

  /** ISO 8601, UTC. */
  @Column('text', { name: 'created_at' })
  createdAt: string;

  /** The stream has it. Only those of mode `async` are announced. */
  @Column('boolean', { default: false })
  announced: boolean;

  /** Its points are booked. */
  @Column('boolean', { default: false })
  points: boolean;

  /** Its coupon is made. */
  @Column('boolean', { default: false })
  coupon: boolean;

  /** Its customer knows. */
  @Column('boolean', { default: false })
  notification: boolean;
}
