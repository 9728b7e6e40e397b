import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for a time, or less when the signal says so. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    if (ms > 0) await sleep(ms, undefined, { signal });
  } catch {
    // nothing but the signal, which whoever waits looks at
  }
}
