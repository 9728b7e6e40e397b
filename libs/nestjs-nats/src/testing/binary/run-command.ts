import { spawn } from 'node:child_process';

/** How a command is run. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Ends the command with SIGTERM when aborted. */
  readonly signal?: AbortSignal;
  /** Ends the command with SIGTERM after so many milliseconds. */
  readonly timeoutMs: number;
  /** Receives each complete line of standard output as it comes. */
  readonly onLine?: (line: string) => void;
}

/** What a command left behind. */
export interface CommandResult {
  /** The exit code was 0. */
  readonly ok: boolean;
  readonly stdout: string;
  /** Why it failed, in one line; empty when it did not. */
  readonly failure: string;
}

/**
 * Runs a program to its end. A program that cannot be started, fails or takes too long is a result, not an
 * exception: the caller knows what the next place to try is.
 *
 * @throws the signal's reason when it is aborted.
 */
export async function runCommand(
  file: string,
  args: readonly string[],
  { cwd, env, signal, timeoutMs, onLine }: RunOptions,
): Promise<CommandResult> {
  signal?.throwIfAborted();
  const result = await new Promise<CommandResult>((resolve) => {
    let stdout = '';
    let stderr = '';
    let unread = '';
    const child = spawn(file, args, {
      ...(cwd === undefined ? {} : { cwd }),
      env,
      signal,
      timeout: timeoutMs,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (!onLine) return;
      const lines = (unread + text).split('\n');
      unread = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', (error) => {
      // after an abort the process still has to end: until then it may write
      if (child.pid === undefined) resolve({ ok: false, stdout, failure: error.message });
    });
    child.once('close', (code, endedBy) => {
      const failure =
        code === 0
          ? ''
          : endedBy === 'SIGTERM'
            ? `no answer within ${timeoutMs / 1000} s`
            : lastWords(stderr) || lastWords(stdout) || `ended with ${endedBy ?? `code ${code}`}`;
      resolve({ ok: code === 0, stdout, failure });
    });
  });
  signal?.throwIfAborted();
  return result;
}

/** Programs say what went wrong on their last lines. */
function lastWords(output: string): string {
  return output.trim().split('\n').slice(-3).join(' ');
}
