import { MAX_TIMER_MS } from '../../errors/option-faults.js';

/** How a {@link Quarantine} is held. */
export interface QuarantineOptions {
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
  private readonly patienceMs: number;

  constructor({ patienceMs = 30_000 }: QuarantineOptions = {}) {
    this.patienceMs = Math.min(patienceMs, MAX_TIMER_MS);
  }

  /** How many messages wait. */
  get waitingCount(): number {
    return this.waiting.length;
  }

  /**
   * Handles a message, at once or when its turn comes; skips it after {@link close}. How many wait is
   * for consumers to bound: each of them holds a place.
   */
  submit(message: Quarantined): void {
    if (this.closed) message.skip();
    else if (this.occupied) this.waiting.push(message);
    else this.start(message);
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
