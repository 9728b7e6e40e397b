import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const PATIENCE_MS = 5_000;

/**
 * Returns when every thread of a process is stopped. A signal is only sent when `kill` returns: a thread that runs on
 * another processor may still answer for a moment.
 *
 * @throws Error when that takes longer than 5 s.
 */
export function waitUntilStopped(pid: number): void {
  const giveUpAt = Date.now() + PATIENCE_MS;
  const nap = new Int32Array(new SharedArrayBuffer(4));
  while (!isStopped(pid)) {
    if (Date.now() > giveUpAt) {
      throw new Error(`Process ${pid} goes on ${PATIENCE_MS} ms after SIGSTOP.`);
    }
    Atomics.wait(nap, 0, 0, 1);
  }
}

function isStopped(pid: number): boolean {
  if (process.platform !== 'linux') {
    const { stdout } = spawnSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' });
    return stdout.trim().startsWith('T');
  }
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).every((thread) => isThreadStopped(`${tasks}/${thread}/stat`));
}

function isThreadStopped(statFile: string): boolean {
  try {
    // "<id> (<name>) <state> …", and a name may hold anything
    return / T [^)]*$/.test(readFileSync(statFile, 'utf8'));
  } catch (error) {
    // it has ended since it was listed
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return true;
    throw error;
  }
}
