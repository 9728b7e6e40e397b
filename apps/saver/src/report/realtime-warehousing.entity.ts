import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/**
 * An event that may be analysed. Times are ISO 8601 text in UTC, which sorts and groups alike in
 * SQLite and PostgreSQL.
 */
@Entity('realtime_warehousing')
export class RealtimeWarehousing {
  @PrimaryGeneratedColumn()
  id: number;

  /** Unique: a report is stored once, however often it arrives. */
  @Column('text', { name: 'msg_id', unique: true })
  msgId: string;

  @Column('text', { name: 'event_name' })
  eventName: string;

  /** JSON. */
  @Column('text', { name: 'report_data' })
  reportData: string;

  /** When the agent took the report. */
  @Column('text', { name: 'create_time' })
  createTime: string;

  /** When NATS received it. */
  @Column('text', { name: 'received_at' })
  receivedAt: string;

  /** The replica that stored the row. */
  @Column('text', { name: 'saved_by', nullable: true })
  savedBy: string | null;
}
