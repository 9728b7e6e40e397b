import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answer, Call, Calls } from './calls.js';

/** How a process is started. */
export interface WorkerOptions {
  /** The program, as seen from this folder. */
  readonly program: string;
  readonly args: readonly string[];
  /** Names the process in errors. */
  readonly name: string;
}

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** Is how long a process may take to end by itself, in milliseconds. */
const END_MS = 5_000;

/** A process of the benchmark, and the calls that it serves. */
export class Worker<T extends Calls> {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, Waiting>();
  private calls = 0;

  constructor(private readonly options: WorkerOptions) {
    const { program, args } = options;
    this.child = fork(fileURLToPath(new URL(program, import.meta.url)), [...args]);
    this.child.on('message', (answer: Answer) => this.take(answer));
    this.child.on('exit', (code, signal) => this.failAll(`ended early (${signal ?? code})`));
    this.child.on('error', (error) => this.failAll(error.message));
  }

  /** Asks the process; rejects with what it throws, and when it ends. */
  call<K extends keyof T & string>(
    name: K,
    ...args: Parameters<T[K]>
  ): Promise<Awaited<ReturnType<T[K]>>> {
    const id = ++this.calls;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      const call: Call = { id, name, args };
      if (this.child.connected) this.child.send(call);
      else this.failAll('has ended');
    });
  }

  /** Lets the process end, or ends it. */
  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, 'exit');
    if (this.child.connected) this.child.disconnect();
    const timer = setTimeout(() => this.child.kill('SIGKILL'), END_MS);
    await exit;
    clearTimeout(timer);
  }

  private take({ id, value, error }: Answer): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (error === undefined) waiting?.resolve(value as never);
    else waiting?.reject(new Error(`${this.options.name}: ${error}`));
  }

  private failAll(why: string): void {
    for (const waiting of this.waiting.values())
      waiting.reject(new Error(`The process ${this.options.name} ${why}.`));
    this.waiting.clear();
  }
}
