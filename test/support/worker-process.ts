import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NatsConsumeOptions, StrategySettings } from 'nestjs-nats';
import { waitFor } from './wait-for.js';

const SCRIPT = join(import.meta.dirname, 'worker.mjs');
const START_TIMEOUT_MS = 30_000;

/** What a message tells a worker to do with it. */
export interface Job {
  readonly id: string;
  /** How long its handler takes, in milliseconds. */
  readonly delayMs?: number;
  /** The handler throws, at every attempt. */
  readonly fail?: boolean;
  /** The first delivery ends the process. */
  readonly kill?: boolean;
  /** Every attempt ends the process. */
  readonly poison?: boolean;
}

/** A line of a worker's log. */
export interface WorkerEntry {
  readonly worker: string;
  readonly what: 'start' | 'end';
  readonly id: string;
  readonly attempt: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What a worker does. */
export interface WorkerOptions {
  readonly name: string;
  /** The file that all workers of a test write to. */
  readonly log: string;
  readonly servers: string;
  readonly streams?: StrategySettings['streams'];
  readonly strategy?: Partial<StrategySettings>;
  readonly consumers: readonly (NatsConsumeOptions & {
    readonly subject: string;
    /** How long each handler takes that its message says nothing of, in milliseconds. */
    readonly work?: { readonly delayMs: number };
  })[];
}

/** A process that runs a script here, on the library as `npm run build` made it; by default a consumer. */
export class WorkerProcess<T extends { readonly name: string } = WorkerOptions> {
  /** Everything the process has written. */
  output = '';
  private readonly child: ChildProcess;
  private readonly ended: Promise<number | NodeJS.Signals>;

  /** @param script takes the options as JSON, and says when it is ready */
  constructor(
    private readonly options: T,
    script = SCRIPT,
  ) {
    this.child = spawn(process.execPath, [script, JSON.stringify(options)], {
      env: { PATH: process.env['PATH'], NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const collect = (chunk: Buffer): void => {
      this.output += chunk.toString();
    };
    this.child.stdout!.on('data', collect);
    this.child.stderr!.on('data', collect);
    this.ended = once(this.child, 'close').then(([code, signal]) => code ?? signal);
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Resolves when it is ready. @throws Error with what it wrote when it ends instead */
  async ready(): Promise<this> {
    const said = (): boolean => this.output.includes(`${this.options.name} is ready`);
    await waitFor(() => said() || !this.running, {
      timeoutMs: START_TIMEOUT_MS,
      what: () => `worker ${this.options.name}; it wrote:\n${this.output}`,
    });
    if (!said()) throw new Error(`Worker ${this.options.name} ended:\n${this.output}`);
    return this;
  }

  /** Resolves to the exit code, or the signal that ended it. */
  exit(): Promise<number | NodeJS.Signals> {
    return this.ended;
  }

  /** Ends it; resolves to the exit code or signal. */
  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | NodeJS.Signals> {
    if (this.running) this.child.kill(signal);
    return this.ended;
  }
}

/** Reads what workers have logged so far. */
export async function readWorkerLog(file: string): Promise<WorkerEntry[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as WorkerEntry);
}
