import { z } from 'zod';
import { TABLES } from '../report/report.repository.js';

/** Most rows or ids in one query. */
const MAX_ROWS = 100;

/** The payload of `report.query.latest`. */
export const latestQuery = z
  .object({
    table: z.enum(TABLES),
    limit: z.int().min(1).max(MAX_ROWS).default(20),
    status: z.int32().optional(),
  })
  .refine(({ table, status }) => status === undefined || table === 'acceptance_status', {
    path: ['status'],
    error: 'only rows of acceptance_status have one',
  });
export type LatestQuery = z.output<typeof latestQuery>;

/** The payload of `report.query.minutes`. */
export const minutesQuery = z.object({ minutes: z.int().min(1).max(180).default(30) });
export type MinutesQuery = z.output<typeof minutesQuery>;

/** The payload of `report.query.find`. */
export const findQuery = z.object({
  msgIds: z.array(z.string().min(1)).min(1).max(MAX_ROWS),
});
export type FindQuery = z.output<typeof findQuery>;
