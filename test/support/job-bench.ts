import { jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { StreamDeclaration } from 'nestjs-nats';
import { consumerToSettle } from './consumer-state.js';
import { NatsBench } from './nats-bench.js';
import { type TempDir, tempDir } from './temp-dir.js';
import { waitFor } from './wait-for.js';
import {
  type Job,
  readWorkerLog,
  type WorkerEntry,
  type WorkerOptions,
  WorkerProcess,
} from './worker-process.js';

/** Is a stream of jobs on a server of its own, with workers that are processes. */
export class JobBench {
  readonly bench = new NatsBench({ jetstream: true });
  peer: NatsConnection;
  jsm: JetStreamManager;
  private folder: TempDir;
  private readonly workers: WorkerProcess[] = [];

  constructor(
    /** The stream that workers are told of. */
    readonly stream: StreamDeclaration,
  ) {}

  async start(): Promise<void> {
    await this.bench.start();
    this.folder = await tempDir();
    this.peer = await this.bench.peer();
    this.jsm = await jetstreamManager(this.peer);
    // jobs can be published before there are workers
    const { name, subjects } = this.stream;
    await this.jsm.streams.add({ name, subjects: [...subjects] });
  }

  async stop(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.stop('SIGKILL')));
    await this.bench.stop();
    await this.folder.remove();
  }

  /** Starts a worker and waits until it consumes. */
  worker(
    name: string,
    options: Pick<WorkerOptions, 'consumers' | 'strategy'>,
  ): Promise<WorkerProcess> {
    return this.spawn(name, options).ready();
  }

  /** Starts a worker that may end before it is ready. */
  spawn(name: string, options: Pick<WorkerOptions, 'consumers' | 'strategy'>): WorkerProcess {
    const worker = new WorkerProcess({
      name,
      log: this.folder.file('log'),
      servers: this.bench.server.url,
      streams: [this.stream],
      ...options,
    });
    this.workers.push(worker);
    return worker;
  }

  /** Publishes jobs with a plain client, each stored before this resolves. */
  async publish(subject: string, jobs: readonly Job[]): Promise<void> {
    const js = jetstream(this.peer);
    await Promise.all(
      jobs.map((job) =>
        js.publish(subject, JSON.stringify(job), { msgID: `${subject} ${job.id}` }),
      ),
    );
  }

  /** What the workers have done so far. */
  log(): Promise<WorkerEntry[]> {
    return readWorkerLog(this.folder.file('log'));
  }

  /** The ids of jobs that were done to their end, once each time. */
  async done(): Promise<string[]> {
    return (await this.log()).filter(({ what }) => what === 'end').map(({ id }) => id);
  }

  /** Waits until so many jobs were done. */
  async waitForDone(count: number, timeoutMs = 20_000): Promise<void> {
    let done = 0;
    await waitFor(async () => (done = (await this.done()).length) >= count, {
      timeoutMs,
      what: () => `${count} jobs to be done; ${done} are:\n${this.output()}`,
    });
  }

  /** Waits until a consumer has nothing left to do. */
  settled(durable: string, timeoutMs = 20_000): Promise<void> {
    return consumerToSettle(this.jsm, this.stream.name, durable, timeoutMs);
  }

  /** What a stream holds, by subject; nothing when there is no such stream. */
  async subjects(stream: string): Promise<Record<string, number>> {
    const info = await this.jsm.streams
      .info(stream, { subjects_filter: '>' })
      .catch(() => undefined);
    return info?.state.subjects ?? {};
  }

  private output(): string {
    return this.workers.map((worker) => worker.output).join('\n');
  }
}
