import { waitFor } from './wait-for.js';

/** Is work that several workers repeat until they are stopped; each round has a number of its own. */
export class Load {
  /** What rounds failed with. */
  readonly failures: unknown[] = [];
  private readonly workers: Promise<void>[];
  private next = 0;
  private finished = 0;
  private stopped = false;

  constructor(workers: number, round: (n: number) => Promise<void>) {
    this.workers = Array.from({ length: workers }, async () => {
      while (!this.stopped) {
        try {
          await round(this.next++);
        } catch (error) {
          this.failures.push(error);
        }
        this.finished++;
      }
    });
  }

  /** How many rounds have ended, well or not. */
  get done(): number {
    return this.finished;
  }

  /** Waits until so many rounds have ended. */
  async reach(rounds: number, timeoutMs = 120_000): Promise<void> {
    await waitFor(() => this.finished >= rounds, {
      timeoutMs,
      what: () => `${rounds} rounds; ${this.finished} have ended`,
    });
  }

  /** Ends it; resolves when no round is under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.workers);
  }
}
