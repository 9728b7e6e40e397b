import { join } from 'node:path';
import { ChaosProcess, type PublisherOptions, type WorkerOptions } from './chaos-process.js';
import { type JournalEntry, JournalReader } from './journal.js';

type Told<T> = Omit<T, 'journal'>;

/** The processes of a run, and what they have written. */
export class Crew {
  readonly publishers: ChaosProcess[] = [];
  private readonly workers: { process: ChaosProcess; readonly options: Told<WorkerOptions> }[] = [];
  private readonly journals: JournalReader[] = [];
  /** Is about to be ended in good order. */
  private leaving: ChaosProcess | undefined;
  private started = 0;

  /** @param folder where journals are */
  constructor(private readonly folder: string) {}

  get workerCount(): number {
    return this.workers.length;
  }

  /** Starts a publisher, and resolves when it can begin. */
  async addPublisher(options: Told<PublisherOptions>): Promise<void> {
    const name = `publisher-${this.publishers.length + 1}`;
    const journal = this.journal(name);
    this.publishers.push(ChaosProcess.publisher(name, { ...options, journal }));
    await this.publishers.at(-1)!.ready();
  }

  /** Starts a worker, and resolves when it consumes. */
  async addWorker(options: Told<WorkerOptions>): Promise<void> {
    const process = this.worker(options);
    this.workers.push({ process, options });
    await process.ready();
  }

  /** Kills a worker and starts another in its place. @returns its name, and when it was killed */
  async replaceWorker(index: number): Promise<{ name: string; at: number }> {
    const place = this.workers[index]!;
    const victim = place.process;
    victim.check();
    // before it is dead, so that nobody takes its end for an accident
    place.process = this.worker(place.options);
    const at = Date.now();
    await victim.kill();
    await place.process.ready();
    return { name: victim.name, at };
  }

  /** Starts another worker, and ends one in good order when that is there, as a rolling deploy does. @returns its name */
  async rollWorker(index: number): Promise<string> {
    const place = this.workers[index]!;
    const old = place.process;
    const successor = this.worker(place.options);
    place.process = successor;
    this.leaving = old;
    await successor.ready();
    await old.stop();
    this.leaving = undefined;
    return old.name;
  }

  /** Gives what has been written since the last time. */
  async read(take: (entry: JournalEntry) => void): Promise<void> {
    for (const journal of this.journals) await journal.read(take);
  }

  /** @throws Error when a process has ended that nobody has killed */
  check(): void {
    for (const process of this.processes()) if (process !== this.leaving) process.check();
  }

  /** Kills every process. */
  async stop(): Promise<void> {
    await Promise.all(this.processes().map((process) => process.kill()));
    await Promise.all(this.journals.map((journal) => journal.close()));
  }

  private processes(): ChaosProcess[] {
    const workers = this.workers.map(({ process }) => process);
    return [...this.publishers, ...workers, ...(this.leaving ? [this.leaving] : [])];
  }

  private worker(options: Told<WorkerOptions>): ChaosProcess {
    const name = `worker-${++this.started}`;
    return ChaosProcess.worker(name, { ...options, journal: this.journal(name) });
  }

  private journal(name: string): string {
    const path = join(this.folder, `${name}.log`);
    this.journals.push(new JournalReader(path, name));
    return path;
  }
}
