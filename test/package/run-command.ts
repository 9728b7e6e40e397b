import { spawn } from 'node:child_process';

/** Where and how long a command runs. */
export interface CommandOptions {
  readonly cwd: string;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default 60 000. */
  readonly timeoutMs?: number;
}

/**
 * Runs a program to its end and returns what it printed on stdout.
 *
 * @throws Error with all its output, if it fails or takes longer than `timeoutMs`.
 */
export async function runCommand(
  program: string,
  args: readonly string[],
  { cwd, env, timeoutMs = 60_000 }: CommandOptions,
): Promise<string> {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>(
    (resolve, reject) => {
      child.once('error', reject);
      child.once('close', (...end) => resolve(end));
    },
  );
  if (code === 0) return stdout;
  const end = signal ? `was ended by ${signal} (limit ${timeoutMs} ms)` : `exited with ${code}`;
  throw new Error(`${[program, ...args].join(' ')} ${end}:\n${stdout}${stderr}`);
}
