import { setTimeout as sleep } from 'node:timers/promises';
import type { NatsClient } from 'nestjs-nats';

/** Where a saver found a report. */
export interface Found {
  readonly msgId: string;
  readonly table: string;
  readonly savedBy: string | null;
}

const IDS_PER_QUERY = 100;
const POLL_MS = 50;
const QUERY_TIMEOUT_MS = 5000;
/** How long to wait after the last report that turned up, in milliseconds. */
const PATIENCE_MS = 10_000;

/**
 * Asks the savers over NATS until they have every report, or none has turned up for ten seconds.
 *
 * @returns every place where a report was found
 */
export async function awaitStored(
  nats: NatsClient,
  msgIds: readonly string[],
  onFound: (found: number) => void,
): Promise<Found[]> {
  const found: Found[] = [];
  let missing = [...msgIds];
  let giveUpAt = Date.now() + PATIENCE_MS;
  while (missing.length > 0 && Date.now() < giveUpAt) {
    const news = await find(nats, missing.slice(0, IDS_PER_QUERY));
    if (news.length === 0) {
      await sleep(POLL_MS);
      // the oldest may be lost while others are not: look at the next ones
      missing = [...missing.slice(IDS_PER_QUERY), ...missing.slice(0, IDS_PER_QUERY)];
      continue;
    }
    found.push(...news);
    const known = new Set(news.map(({ msgId }) => msgId));
    missing = missing.filter((msgId) => !known.has(msgId));
    giveUpAt = Date.now() + PATIENCE_MS;
    onFound(msgIds.length - missing.length);
  }
  return found;
}

function find(nats: NatsClient, msgIds: string[]): Promise<Found[]> {
  const options = { timeoutMs: QUERY_TIMEOUT_MS };
  return nats.request<Found[]>('report.query.find', { msgIds }, options);
}
