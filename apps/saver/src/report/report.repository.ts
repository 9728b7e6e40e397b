import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, In } from 'typeorm';
import { SAVER_CONFIG } from '../config/saver.config.js';
import type { SaverConfig } from '../config/saver.config.js';
import { AcceptanceStatus } from './acceptance-status.entity.js';
import { RealtimeWarehousing } from './realtime-warehousing.entity.js';
import { FAILED } from './stored-report.js';
import type { StoredReport } from './stored-report.js';

/** The entity of each table. */
const ENTITIES = {
  realtime_warehousing: RealtimeWarehousing,
  acceptance_status: AcceptanceStatus,
} as const;

/** The tables of reports. */
export type ReportTable = keyof typeof ENTITIES;

/** How many rows a replica has stored. */
export interface ReplicaCount {
  replica: string;
  rows: number;
}

/** Where a report is. */
export interface Found {
  msgId: string;
  table: ReportTable;
  savedBy: string | null;
}

/** Stores reports, and reads them back. */
@Injectable()
export class ReportRepository {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @Inject(SAVER_CONFIG) private readonly config: SaverConfig,
  ) {}

  /**
   * Stores reports in one transaction, each unless one with its id is there: storing it twice is the
   * same as once.
   */
  async store(reports: readonly StoredReport[]): Promise<void> {
    await this.dataSource.transaction(async (transaction) => {
      for (const table of TABLES) {
        const rows = reports.flatMap((report) => (report.table === table ? [report.row] : []));
        if (rows.length > 0) await this.insert(transaction, table, rows);
      }
    });
  }

  /** The rows of a table that were received last, newest first; with a status only those of that status. */
  latest(
    table: ReportTable,
    limit: number,
    status?: number,
  ): Promise<(RealtimeWarehousing | AcceptanceStatus)[]> {
    return this.dataSource
      .getRepository<Pick<AcceptanceStatus, 'id' | 'receivedAt' | 'status'>>(ENTITIES[table])
      .find({
        // a report that comes again is stored after younger ones
        order: { receivedAt: 'DESC', id: 'DESC' },
        take: limit,
        ...(status !== undefined && { where: { status } }),
      }) as Promise<(RealtimeWarehousing | AcceptanceStatus)[]>;
  }

  /** Where the reports with these ids are; those that are nowhere are left out. */
  async find(msgIds: readonly string[]): Promise<Found[]> {
    const found = await Promise.all(
      TABLES.map(async (table) => {
        const rows = await this.dataSource
          .getRepository<Pick<AcceptanceStatus, 'msgId' | 'savedBy'>>(ENTITIES[table])
          .find({ select: { msgId: true, savedBy: true }, where: { msgId: In([...msgIds]) } });
        return rows.map(({ msgId, savedBy }) => ({ msgId, table, savedBy }));
      }),
    );
    return found.flat();
  }

  /** How many rows each replica has stored in a table. */
  async countByReplica(table: ReportTable): Promise<ReplicaCount[]> {
    const counts = await this.dataSource
      .createQueryBuilder(ENTITIES[table], 'report')
      .select('report.saved_by', 'replica')
      .addSelect('COUNT(*)', 'rows')
      .groupBy('report.saved_by')
      .getRawMany<{ replica: string | null; rows: number | string }>();
    // PostgreSQL counts in 64 bits, which its driver gives as text
    return counts.map(({ replica, rows }) => ({ replica: replica ?? '', rows: Number(rows) }));
  }

  /** How many events were reported in each minute from one on, by `YYYY-MM-DDTHH:MM`. */
  eventsByMinute(from: string): Promise<Map<string, number>> {
    return this.countByMinute('realtime_warehousing', 'create_time', from);
  }

  /** How many reports failed in each minute from one on, by `YYYY-MM-DDTHH:MM`. */
  failuresByMinute(from: string): Promise<Map<string, number>> {
    return this.countByMinute('acceptance_status', 'received_at', from, FAILED);
  }

  /** How many reports failed. */
  countFailed(): Promise<number> {
    return this.dataSource.getRepository(AcceptanceStatus).countBy({ status: FAILED });
  }

  private async countByMinute(
    table: ReportTable,
    column: string,
    from: string,
    status?: number,
  ): Promise<Map<string, number>> {
    const minute = `SUBSTR(report.${column}, 1, 16)`;
    const query = this.dataSource
      .createQueryBuilder(ENTITIES[table], 'report')
      .select(minute, 'minute')
      .addSelect('COUNT(*)', 'rows')
      .where(`report.${column} >= :from`, { from })
      .groupBy(minute);
    if (status !== undefined) query.andWhere('report.status = :status', { status });
    const counts = await query.getRawMany<{ minute: string; rows: number | string }>();
    return new Map(counts.map(({ minute: at, rows }) => [at, Number(rows)]));
  }

  private async insert(
    transaction: EntityManager,
    table: ReportTable,
    rows: readonly StoredReport['row'][],
  ): Promise<void> {
    await transaction
      .createQueryBuilder()
      .insert()
      .into(ENTITIES[table])
      .values(rows.map((row) => storable({ ...row, savedBy: this.config.name })))
      .orIgnore()
      .updateEntity(false)
      .execute();
  }
}

/** The tables of reports, by name. */
export const TABLES = Object.keys(ENTITIES) as ReportTable[];

/** Replaces the one character that PostgreSQL cannot keep in a text. */
function storable<T extends object>(row: T): T {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value,
    ]),
  ) as T;
}
