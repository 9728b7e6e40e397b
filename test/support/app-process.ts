import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { waitFor } from './wait-for.js';

const ROOT = join(import.meta.dirname, '../..');
const START_TIMEOUT_MS = 20_000;

/** The apps of this workspace. */
export type AppName =
  | 'agent'
  | 'saver'
  | 'dashboard'
  | 'chat'
  | 'shop'
  | 'shop-worker'
  | 'flash-sale'
  | 'flash-sale-worker'
  | 'demo';

/** An app of this workspace as a process of its own, as `npm run build` made it. */
export class AppProcess {
  /** Everything the process has written so far. */
  output = '';
  private readonly child: ChildProcess;
  private readonly ended: Promise<number | NodeJS.Signals>;

  /** Starts `dist/apps/<app>/main.js`, or another file there, with nothing in its environment but `env`. */
  constructor(app: AppName, env: NodeJS.ProcessEnv, args: string[] = [], file = 'main.js') {
    this.child = spawn(process.execPath, [join(ROOT, 'dist/apps', app, file), ...args], {
      env: { PATH: process.env['PATH'], NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const collect = (chunk: Buffer): void => {
      this.output += chunk.toString();
    };
    this.child.stdout!.on('data', collect);
    this.child.stderr!.on('data', collect);
    this.ended = once(this.child, 'close').then(([code, signal]) => code ?? signal);
  }

  /** Resolves to the exit code, or the signal that ended it. */
  exit(): Promise<number | NodeJS.Signals> {
    return this.ended;
  }

  /** Resolves to the address it says it listens on. */
  async url(): Promise<string> {
    const find = () => /listening on (http:\S+)/i.exec(this.output)?.[1];
    await waitFor(() => find() !== undefined || this.hasEnded, {
      timeoutMs: START_TIMEOUT_MS,
      what: () => `the app to listen; it wrote:\n${this.output}`,
    });
    const url = find();
    if (url === undefined) throw new Error(`The app ended:\n${this.output}`);
    return url;
  }

  /** Ends it as an orchestrator does, and resolves to the exit code. */
  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | NodeJS.Signals> {
    if (!this.hasEnded) this.child.kill(signal);
    return this.ended;
  }

  private get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }
}
