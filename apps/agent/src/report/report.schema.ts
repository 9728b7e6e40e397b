import { z } from 'zod';

/** Longest name of an application, key or event, in characters. */
const MAX_NAME_CHARS = 128;

const name = z
  .string()
  .min(1)
  .max(MAX_NAME_CHARS)
  .regex(/^[^\p{Cc}]*$/u, 'must not hold control characters');

/**
 * What `POST /agent/v1/report` accepts. `content` is a string that should hold JSON; whether it does
 * is for the saver to say, so that a report is never lost over it.
 */
export const reportSchema = z.object({
  reportType: z.enum(['reportEvent', 'reportUser']),
  appId: name,
  appKey: name,
  eventName: name,
  /** Not 0: the agent logs where this report went. */
  debug: z.int().default(0),
  content: z.string(),
});

/** A report as a client sends it. */
export type Report = z.output<typeof reportSchema>;
