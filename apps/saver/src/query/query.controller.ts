import { Controller, Inject, StandardSchemaValidationPipe, UsePipes } from '@nestjs/common';
import { MessagePattern, Payload, RpcException } from '@nestjs/microservices';
import { SAVER_CONFIG } from '../config/saver.config.js';
import type { SaverConfig } from '../config/saver.config.js';
import type { AcceptanceStatus } from '../report/acceptance-status.entity.js';
import type { RealtimeWarehousing } from '../report/realtime-warehousing.entity.js';
import { type Found, ReportRepository } from '../report/report.repository.js';
import { type MinuteCount, startOf, minuteSeries } from './minute-series.js';
import { findQuery, latestQuery, minutesQuery } from './query.schema.js';
import type { FindQuery, LatestQuery, MinutesQuery } from './query.schema.js';
import { type ReportStats, reportStats } from './report-stats.js';
import { StreamCounter } from './stream-counts.js';

/** A query that cannot be answered is told why, in words and as a code. */
const validation = new StandardSchemaValidationPipe({
  exceptionFactory: (issues) =>
    new RpcException({
      code: 'BAD_REQUEST',
      status: 400,
      message: issues
        .map((issue) => `${issue.path?.map(String).join('.') ?? ''}: ${issue.message}`)
        .join('; '),
    }),
});

/** Answers questions about what is stored. Every replica gives the same answers. */
@Controller()
@UsePipes(validation)
export class QueryController {
  constructor(
    private readonly reports: ReportRepository,
    private readonly stream: StreamCounter,
    @Inject(SAVER_CONFIG) private readonly config: SaverConfig,
  ) {}

  /** Counts what the stream received, and rows per table and per replica. */
  @MessagePattern('report.query.stats')
  async stats(): Promise<ReportStats> {
    const [stream, warehousing, acceptance, failed] = await Promise.all([
      this.stream.count(),
      this.reports.countByReplica('realtime_warehousing'),
      this.reports.countByReplica('acceptance_status'),
      this.reports.countFailed(),
    ]);
    return reportStats(this.config.name, { warehousing, acceptance, failed }, stream);
  }

  /** Gives the rows of a table that were received last, newest first. */
  @MessagePattern('report.query.latest')
  latest(
    @Payload({ schema: latestQuery }) query: LatestQuery,
  ): Promise<(RealtimeWarehousing | AcceptanceStatus)[]> {
    return this.reports.latest(query.table, query.limit, query.status);
  }

  /** Counts the events and failures of each of the last minutes, the oldest first. */
  @MessagePattern('report.query.minutes')
  async minutes(
    @Payload({ schema: minutesQuery }) { minutes }: MinutesQuery,
  ): Promise<MinuteCount[]> {
    const now = new Date();
    const from = startOf(now, minutes);
    const [events, failed] = await Promise.all([
      this.reports.eventsByMinute(from),
      this.reports.failuresByMinute(from),
    ]);
    return minuteSeries(now, minutes, { events, failed });
  }

  /** Tells in which table the reports with some ids are. */
  @MessagePattern('report.query.find')
  find(@Payload({ schema: findQuery }) query: FindQuery): Promise<Found[]> {
    return this.reports.find(query.msgIds);
  }
}
