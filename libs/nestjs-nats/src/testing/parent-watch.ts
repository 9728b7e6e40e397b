import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

const cleanups = new Set<() => void>();

function runCleanups(): void {
  for (const cleanup of cleanups) cleanup();
}

/**
 * Ends what a server of ours left behind once this process is gone, however it went. Returns what calls it off.
 *
 * An `exit` listener alone is not enough: it does not run when a signal ends the process, and never in a Jest
 * test, whose `process` is a copy. So a small shell waits on a pipe that only this process holds; the pipe closes
 * when the process dies.
 *
 * @param script what the shell then runs; `args` are its `$1`, `$2`, …
 * @param atExit the same, done at once when this process exits in order; it must not wait
 */
export function afterThisProcess(
  script: string,
  args: readonly string[],
  atExit: () => void,
): () => void {
  if (cleanups.size === 0) process.once('exit', runCleanups);
  cleanups.add(atExit);
  const callOffShell = process.platform === 'win32' ? undefined : watchFromShell(script, args);
  return () => {
    cleanups.delete(atExit);
    if (cleanups.size === 0) process.off('exit', runCleanups);
    callOffShell?.();
  };
}

function watchFromShell(script: string, args: readonly string[]): () => void {
  const shell = spawn('/bin/sh', ['-c', `read -r _\n${script}`, 'nats-server-watch', ...args], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // out of reach of a ctrl-c in the terminal, which must not end the watch before the watched
    detached: true,
  });
  // without a shell the exit listener remains
  shell.once('error', () => undefined);
  shell.unref();
  (shell.stdin as Socket).unref();
  return () => {
    shell.kill('SIGKILL');
    shell.stdin.destroy();
  };
}
