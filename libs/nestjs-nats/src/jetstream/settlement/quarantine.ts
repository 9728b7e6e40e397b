import { MAX_TIMER_MS } from '../../errors/option-faults.js';

/** How a {@link Quarantine} is held. */
export interface QuarantineOptions {
  /** How many messages wait at most; each holds a place of its consumer. Default 16. */
  readonly maxWaiting?: number;
  /**
   * After how long the next message comes in though the one before is not over, in milliseconds.
   * Default 30,000.
   */
  readonly patienceMs?: number;
}

/** A message that is to be handled alone. */
export interface Quarantined {
  /** Handles it. Must not reject. */
  run(): Promise<void>;
  /** Says that it is not going to be handled. Must not throw. */
  skip(): void;
}

/**
 * Handles one message at a time of those that may have ended the process before, in their order.
 *
 * There is one for all consumers of a strategy: a process ends for all of them, and if two suspects
 * ran at a time nobody would know which it was. A handler that hangs does not hold the others up for
 * ever: one that has run as long as `patienceMs` is not likely to end the process any more.
 */
export class Quarantine {
  private waiting: Quarantined[] = [];
  private occupied = false;
  private closed = false;
  private readonly maxWaiting: number;
  private readonly patienceMs: number;

  constructor({ maxWaiting = 16, patienceMs = 30_000 }: QuarantineOptions = {}) {
    this.maxWaiting = maxWaiting;
    this.patienceMs = Math.min(patienceMs, MAX_TIMER_MS);
  }

  /** How many messages wait. */
  get waitingCount(): number {
    return this.waiting.length;
  }

  /**
   * Handles a message, at once or when its turn comes.
   *
   * @returns `false` when too many wait, or after {@link close}: put the message off, so that
   * another process may take it
   */
  submit(message: Quarantined): boolean {
    if (this.closed) return false;
    if (!this.occupied) {
      this.start(message);
      return true;
    }
    if (this.waiting.length >= this.maxWaiting) return false;
    this.waiting.push(message);
    return true;
  }

  /** Starts nothing any more and skips what waits; what runs goes on. */
  close(): void {
    this.closed = true;
    for (const message of this.waiting.splice(0)) message.skip();
  }

  private start(message: Quarantined): void {
    this.occupied = true;
    let over = false;
    const leave = (): void => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      this.occupied = false;
      const next = this.waiting.shift();
      if (next !== undefined) this.start(next);
    };
    const timer = setTimeout(leave, this.patienceMs).unref();
    void message.run().finally(leave);
  }
}
