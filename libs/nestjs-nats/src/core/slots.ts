/** Is what {@link Slots} keep to. */
export interface SlotLimits {
  /** How many run at a time. */
  readonly concurrency: number;
  /** How many wait besides. */
  readonly maxPending: number;
}

/**
 * Runs work with a bound on how much runs at a time and how much waits; what waits starts in order.
 */
export class Slots {
  private running = 0;
  private waiting: (() => Promise<void>)[] = [];
  /** Where {@link waiting} begins: taking from the front of a long array would move it all. */
  private head = 0;

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
   * @param work must not reject
   * @returns whether it was taken; `false` when too much waits already
   */
  submit(work: () => Promise<void>): boolean {
    if (this.running < this.limits.concurrency) {
      void this.start(work);
      return true;
    }
    if (this.pendingCount >= this.limits.maxPending) return false;
    this.waiting.push(work);
    return true;
  }

  /** Runs `work`, and in its slot what waits, until nothing does. */
  private async start(work: () => Promise<void>): Promise<void> {
    this.running++;
    for (let next: typeof work | undefined = work; next !== undefined; next = this.take())
      await next();
    this.running--;
  }

  private take(): (() => Promise<void>) | undefined {
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
