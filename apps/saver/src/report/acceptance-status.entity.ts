import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** What became of a report about a user, or of one that could not be read. */
@Entity('acceptance_status')
export class AcceptanceStatus {
  @PrimaryGeneratedColumn()
  id: number;

  /** Unique: a report is stored once, however often it arrives. */
  @Column('text', { name: 'msg_id', unique: true })
  msgId: string;

  @Column('text', { name: 'data_name' })
  dataName: string;

  @Column('text', { name: 'report_type' })
  reportType: string;

  /** As it came: JSON only when `status` is not 0. */
  @Column('text', { name: 'report_data' })
  reportData: string;

  /** 1: accepted. 0: failed, for the reason in `errorReason`. */
  @Column('integer')
  status: number;

  @Column('text', { name: 'error_reason' })
  errorReason: string;

  @Column('text', { name: 'error_handling' })
  errorHandling: string;

  @Column('text', { name: 'part_event' })
  partEvent: string;

  /** The day the report belongs to: `YYYY-MM-DD`, UTC. */
  @Column('text', { name: 'part_date' })
  partDate: string;

  /** When NATS received it: ISO 8601, UTC. */
  @Column('text', { name: 'received_at' })
  receivedAt: string;

  /** The replica that stored the row. */
  @Column('text', { name: 'saved_by', nullable: true })
  savedBy: string | null;
}
