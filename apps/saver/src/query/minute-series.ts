/** What happened in one minute. */
export interface MinuteCount {
  /** When it began: ISO 8601, UTC. */
  minute: string;
  /** Events reported in it, by their own time. */
  events: number;
  /** Reports received in it that failed. */
  failed: number;
}

const MINUTE_MS = 60_000;

/** When the first of the last `minutes` began, the present one among them: ISO 8601, UTC. */
export function startOf(now: Date, minutes: number): string {
  const current = Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS;
  return new Date(current - (minutes - 1) * MINUTE_MS).toISOString();
}

/** Lays out counts by `YYYY-MM-DDTHH:MM` as one entry for each of the last minutes, oldest first. */
export function minuteSeries(
  now: Date,
  minutes: number,
  counts: { events: ReadonlyMap<string, number>; failed: ReadonlyMap<string, number> },
): MinuteCount[] {
  const first = Date.parse(startOf(now, minutes));
  return Array.from({ length: minutes }, (_, index) => {
    const minute = new Date(first + index * MINUTE_MS).toISOString();
    const key = minute.slice(0, 16);
    return { minute, events: counts.events.get(key) ?? 0, failed: counts.failed.get(key) ?? 0 };
  });
}
