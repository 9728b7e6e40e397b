/** Is what {@link Slots} keep to. */
export interface SlotLimits {
  /** How many run at a time. */
  readonly concurrency: number;
  /** How many wait besides. */
  readonly maxPending: number;
}

/** Something to do in a slot. */
export interface SlotWork {
  /** Begins it; must not throw. Whoever does it calls {@link Slots.free} when it is over. */
  start(): void;
}

/**
 * Runs work with a bound on how much runs at a time and how much waits; what waits starts in order.
 */
export class Slots {
  private running = 0;
  private waiting: SlotWork[] = [];
  /** Where {@link waiting} begins: taking from the front of a long array would move it all. */
  private head = 0;
  private starting = false;

  constructor(private readonly limits: SlotLimits) {}

  get runningCount(): number {
    return this.running;
  }

  get pendingCount(): number {
    return this.waiting.length - this.head;
  }

  /**
   * Starts `work` at once or when a slot is free.
   *
   * @returns whether it was taken; `false` when too much waits already
   */
  submit(work: SlotWork): boolean {
    if (this.running < this.limits.concurrency) {
      this.running++;
      work.start();
      return true;
    }
    if (this.pendingCount >= this.limits.maxPending) return false;
    this.waiting.push(work);
    return true;
  }

  /** Work that was started is over: its slot goes to what waits. */
  free(): void {
    this.running--;
    // what is over as soon as it starts leads here again: in this loop, and not ever deeper
    if (this.starting) return;
    this.starting = true;
    while (this.running < this.limits.concurrency) {
      const next = this.take();
      if (next === undefined) break;
      this.running++;
      next.start();
    }
    this.starting = false;
  }

  private take(): SlotWork | undefined {
    const next = this.waiting[this.head];
    if (next === undefined) return undefined;
    if (++this.head === this.waiting.length) {
      this.waiting = [];
      this.head = 0;
    } else if (this.head >= 1024 && this.head * 2 > this.waiting.length) {
      this.waiting = this.waiting.slice(this.head);
      this.head = 0;
    }
    return next;
  }
}
