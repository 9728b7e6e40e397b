import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Outcome } from '../sale/messages.js';

/** What a purchase came to. The key makes it final, however often the purchase arrives. */
@Entity('decided_tickets')
export class DecidedTicket {
  @PrimaryColumn('text')
  ticket: string;

  @Column('text')
  item: string;

  @Column('text')
  outcome: Outcome;

  /** The order of one who has won. */
  @Column('text', { name: 'order_id', nullable: true })
  order: string | null;

  /** The process that decided. */
  @Column('text', { name: 'decided_by' })
  decidedBy: string;
}
