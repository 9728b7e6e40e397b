import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Step } from './order-message.js';

/** A step that was done for an order. The key makes it one row, however often the order arrives. */
@Entity('finished_steps')
export class FinishedStep {
  @PrimaryColumn('text')
  step: Step;

  @PrimaryColumn('text', { name: 'order_id' })
  orderId: string;

  /** What came of it. Nothing: the order was cancelled, and the step is undone or will not be done. */
  @Column('text', { nullable: true })
  outcome: string | null;

  /** The process that did it. */
  @Column('text', { name: 'done_by' })
  doneBy: string;

  /** ISO 8601, UTC. */
  @Column('text', { name: 'done_at' })
  doneAt: string;
}
