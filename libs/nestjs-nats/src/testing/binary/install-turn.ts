import { randomBytes } from 'node:crypto';
import { readlink, rm, symlink } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** How a turn is waited for. */
export interface TurnOptions {
  /** Ends the wait. */
  readonly signal?: AbortSignal;
  /** Is called once if somebody else is at it. */
  readonly onWait?: (pid: number) => void;
}

const POLL_MS = 50;

/**
 * Runs a task when nobody else, in this process or another, runs one under the same lock. A lock whose process has
 * ended does not count.
 *
 * It spares doing the same work twice and no more: of several that find such a lock at one moment, two can get a turn.
 *
 * @throws the signal's reason when it is aborted before the turn comes.
 */
export async function inTurn<T>(
  lock: string,
  task: () => Promise<T>,
  { signal, onWait }: TurnOptions = {},
): Promise<T> {
  const holder = `${process.pid}.${randomBytes(6).toString('hex')}`;
  for (let waits = 0; !(await take(lock, holder)); waits++) {
    const other = await holderOf(lock);
    const pid = Number.parseInt(other ?? '', 10);
    if (other !== undefined && !isRunning(pid)) {
      await rm(lock, { force: true });
      continue;
    }
    if (waits === 0) onWait?.(pid);
    await delay(POLL_MS);
    signal?.throwIfAborted();
  }
  try {
    return await task();
  } finally {
    // somebody who took it for abandoned has the turn now
    if ((await holderOf(lock)) === holder) await rm(lock, { force: true });
  }
}

/** A link that leads nowhere: unlike a file, it is there with its content or not at all. */
async function take(lock: string, holder: string): Promise<boolean> {
  try {
    await symlink(holder, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function holderOf(lock: string): Promise<string | undefined> {
  try {
    return await readlink(lock);
  } catch (error) {
    // released in the meantime
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs as somebody else
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
