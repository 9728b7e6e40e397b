import { z } from 'zod';

/** Longest id a report may bring along, in characters: ids are indexed. */
const MAX_ID_CHARS = 128;

/** The id of a report; one that comes without gets one here. */
export const msgId = z.string().min(1).max(MAX_ID_CHARS).optional();

/** A name that must be there. */
export const name = z.string().min(1);

/** A day: `YYYY-MM-DD`. */
export const day = z.iso.date();

const WITHOUT_ZONE = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?$/;

/**
 * A moment: ISO 8601, or `YYYY-MM-DD HH:MM:SS` in UTC as other languages write it. Comes out as ISO
 * 8601 in UTC.
 */
export const moment = z.string().transform((text, context) => {
  const time = Date.parse(WITHOUT_ZONE.test(text) ? `${text.replace(' ', 'T')}Z` : text);
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  context.addIssue({ code: 'custom', message: 'is no date and time' });
  return z.NEVER;
});

/** Says why `text` is not JSON, or nothing when it is. */
export function jsonFault(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return `content is not JSON: ${(error as SyntaxError).message}`;
  }
}

/** Puts the faults of a payload into one line. */
export function describeFaults(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message))
    .join('; ');
}
