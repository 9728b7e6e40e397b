import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { StreamDeclaration } from 'nestjs-nats';
import { waitFor } from '../support/wait-for.js';

const START_TIMEOUT_MS = 30_000;
const MAX_OUTPUT = 100_000;

interface Common {
  readonly servers: readonly string[];
  readonly stream: StreamDeclaration;
  /** The file that the process writes to, line by line. */
  readonly journal: string;
}

/** What `publisher.mjs` does: it sends `first`, `first + step`, … below `messages`. */
export interface PublisherOptions extends Common {
  readonly first: number;
  readonly step: number;
  readonly messages: number;
  /** How many messages wait for their acknowledgement at a time. */
  readonly inFlight: number;
}

/** What `worker.mjs` does. */
export interface WorkerOptions extends Common {
  readonly durable: string;
  readonly concurrency: number;
  /** How long a handler goes on after its effect, in milliseconds. */
  readonly workMs: number;
  readonly ackWaitMs: number;
}

/** What `responder.mjs` does: it answers numbers with their double. */
export interface ResponderOptions {
  readonly servers: readonly string[];
  readonly subject: string;
  readonly queue: string;
  /** How long an answer takes, in milliseconds. */
  readonly workMs: number;
}

/** A process of a test, on the library as `npm run build` made it. It ends with the process that started it. */
export class ChaosProcess {
  /** The end of what the process has written. */
  output = '';
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;
  private readonly said = new Set<string>();

  private constructor(
    readonly name: string,
    script: 'publisher' | 'worker' | 'responder',
    options: PublisherOptions | WorkerOptions | ResponderOptions,
  ) {
    const file = join(import.meta.dirname, `${script}.mjs`);
    this.child = spawn(process.execPath, [file, JSON.stringify(options)], {
      env: { PATH: process.env['PATH'], NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const collect = (chunk: Buffer): void => {
      this.output = (this.output + chunk.toString()).slice(-MAX_OUTPUT);
    };
    this.child.stdout!.on('data', collect);
    this.child.stderr!.on('data', collect);
    this.child.on('message', (word) => void this.said.add(word as string));
    this.ended = once(this.child, 'close');
  }

  static publisher(name: string, options: PublisherOptions): ChaosProcess {
    return new ChaosProcess(name, 'publisher', options);
  }

  static worker(name: string, options: WorkerOptions): ChaosProcess {
    return new ChaosProcess(name, 'worker', options);
  }

  static responder(name: string, options: ResponderOptions): ChaosProcess {
    return new ChaosProcess(name, 'responder', options);
  }

  /** It has done all that it was to do. */
  get done(): boolean {
    return this.said.has('done');
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Resolves when it is at work. @throws Error with what it wrote when it ends instead */
  async ready(): Promise<this> {
    await waitFor(() => this.said.has('ready') || !this.running, {
      timeoutMs: START_TIMEOUT_MS,
      what: () => `${this.name}; it wrote:\n${this.output}`,
    });
    this.check();
    return this;
  }

  /** @throws Error with what it wrote when it has ended by itself before all was done */
  check(): void {
    if (this.running || this.done) return;
    const { exitCode, signalCode } = this.child;
    throw new Error(`${this.name} ended (${signalCode ?? exitCode}):\n${this.output}`);
  }

  /** Lets a publisher go as far as this id. */
  allow(upTo: number): void {
    // it may have ended in this moment, which is seen elsewhere
    if (this.child.connected && !this.done) this.child.send({ upTo }, () => undefined);
  }

  /** Ends it with SIGKILL, as a crash would. */
  async kill(): Promise<void> {
    if (this.running) this.child.kill('SIGKILL');
    await this.ended;
  }

  /** Ends it with SIGTERM, as an orchestrator does. @throws Error when it does not end in good order */
  async stop(): Promise<void> {
    this.check();
    this.child.kill('SIGTERM');
    await this.ended;
    const { exitCode, signalCode } = this.child;
    // Nest raises the signal again when it has shut down
    if (signalCode === 'SIGTERM') return;
    throw new Error(`${this.name} ended (${signalCode ?? exitCode}):\n${this.output}`);
  }
}
