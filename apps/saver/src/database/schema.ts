import type { Schema } from 'app-kit/database/data-source-options';
import { AcceptanceStatus } from '../report/acceptance-status.entity.js';
import { RealtimeWarehousing } from '../report/realtime-warehousing.entity.js';
import { CreateReportTables1760000000000 } from './migrations/1760000000000-create-report-tables.js';
import { IndexReports1764000000000 } from './migrations/1764000000000-index-reports.js';
import { IndexArrival1766000000000 } from './migrations/1766000000000-index-arrival.js';

/** What the savers keep. */
export const SCHEMA: Schema = {
  entities: [RealtimeWarehousing, AcceptanceStatus],
  migrations: [
    CreateReportTables1760000000000,
    IndexReports1764000000000,
    IndexArrival1766000000000,
  ],
};
