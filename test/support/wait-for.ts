import { setTimeout as sleep } from 'node:timers/promises';

/** How {@link waitFor} waits. */
export interface WaitOptions {
  timeoutMs?: number;
  /** What is waited for, for the message when it does not come. */
  what: string | (() => string);
}

const POLL_MS = 20;

/** Resolves as soon as a condition holds. @throws Error when it does not within the time. */
export async function waitFor(
  condition: () => boolean | Promise<boolean>,
  { timeoutMs = 10_000, what }: WaitOptions,
): Promise<void> {
  const giveUpAt = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > giveUpAt) {
      throw new Error(`Waited ${timeoutMs} ms for ${typeof what === 'string' ? what : what()}`);
    }
    await sleep(POLL_MS);
  }
}
