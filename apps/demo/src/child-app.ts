import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 8000;
const POLL_MS = 30;
const LOG_LINES_SHOWN = 15;

/** The apps that the demos start. */
export type AppName =
  'agent' | 'saver' | 'dashboard' | 'chat' | 'shop' | 'shop-worker' | 'flash-sale';

/** One of the demo's apps, as a process of its own whose log is a file. */
export class ChildApp {
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;
  private url: string | undefined;

  /** Starts an app; see {@link ready}. */
  constructor(
    readonly name: string,
    app: AppName,
    env: NodeJS.ProcessEnv,
    readonly logFile: string,
  ) {
    const main = fileURLToPath(new URL(`../${app}/main.js`, import.meta.url));
    this.child = spawn(process.execPath, [main], {
      env: { ...process.env, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.ended = once(this.child, 'close');
    // a saver that is started again goes on in its log
    const log = createWriteStream(logFile, { flags: 'a' });
    this.child.stderr!.pipe(log, { end: false });
    this.child.stdout!.pipe(log, { end: false });
    let written = '';
    this.child.stdout!.on('data', (chunk: Buffer) => {
      if (this.url !== undefined) return;
      written += chunk.toString();
      this.url = /listening on (http:\S+)/i.exec(written)?.[1];
    });
    void this.ended.then(() => log.end());
  }

  /**
   * Waits until the app listens and its `/readyz` answers 200.
   *
   * @returns its address
   * @throws Error when it ends, or is not ready in thirty seconds
   */
  async ready(): Promise<string> {
    const giveUpAt = Date.now() + START_TIMEOUT_MS;
    while (Date.now() < giveUpAt) {
      if (this.hasEnded) throw new Error(`${this.name} ended before it was ready.`);
      if (this.url !== undefined && (await isReady(this.url))) return this.url;
      await sleep(POLL_MS);
    }
    throw new Error(`${this.name} was not ready after ${START_TIMEOUT_MS / 1000} seconds.`);
  }

  /** Ends the process in order, by force if it takes too long. */
  async stop(): Promise<void> {
    if (!this.hasEnded) this.child.kill('SIGTERM');
    const force = setTimeout(() => this.child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await this.ended;
    clearTimeout(force);
  }

  /** Ends the process as a crash does (`kill -9`), and waits until it is gone. */
  async crash(): Promise<void> {
    this.kill();
    await this.ended;
  }

  /** Ends the process without waiting for anything. */
  kill(): void {
    if (!this.hasEnded) this.child.kill('SIGKILL');
  }

  /** The end of the log, for the report of a failure. */
  async logTail(): Promise<string> {
    const lines = (await readFile(this.logFile, 'utf8')).trimEnd().split('\n');
    return lines.slice(-LOG_LINES_SHOWN).join('\n');
  }

  private get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    // not yet: the caller asks again until its time is up
    return false;
  }
}
