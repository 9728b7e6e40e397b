import { sampleReport, type SampleKind } from './sample-report.js';

/** What came of one report. */
export interface Posted {
  readonly kind: SampleKind;
  readonly status: number;
  readonly expectedStatus: number;
  /** The id the agent gave an accepted report. */
  readonly msgId: string | undefined;
}

const CONCURRENCY = 16;
const TIMEOUT_MS = 10_000;

/**
 * Posts the first `count` sample reports, a few at a time.
 *
 * @param onPosted is told of each answer; the next of the few waits for it, the others go on
 */
export async function postReports(
  agentUrl: string,
  count: number,
  onPosted: (done: number) => Promise<void>,
): Promise<Posted[]> {
  const posted: Posted[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      posted.push(await post(agentUrl, next++));
      await onPosted(posted.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, count) }, worker));
  return posted;
}

async function post(agentUrl: string, index: number): Promise<Posted> {
  const { kind, expectedStatus, body } = sampleReport(index);
  const response = await fetch(`${agentUrl}/agent/v1/report`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  // the connection is used again only after its body has been read
  await response.arrayBuffer();
  const msgId = response.headers.get('x-message-id') ?? undefined;
  return { kind, expectedStatus, status: response.status, msgId };
}
