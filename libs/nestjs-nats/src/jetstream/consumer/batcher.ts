/** Is how a {@link Batcher} cuts. */
export interface BatchLimits {
  /** How many items at most. */
  readonly size: number;
  /** How long the first one waits for more, in milliseconds; 0 for those of one turn. */
  readonly maxWaitMs: number;
}

/** Collects items into batches: full ones go at once, others when their first item has waited. */
export class Batcher<T> {
  private items: T[] = [];
  private timer: NodeJS.Timeout | undefined;

  /** @param take receives each batch, never an empty one; must not throw */
  constructor(
    private readonly limits: BatchLimits,
    private readonly take: (batch: readonly T[]) => void,
  ) {}

  /** How many items wait. */
  get size(): number {
    return this.items.length;
  }

  add(item: T): void {
    this.items.push(item);
    if (this.items.length >= this.limits.size) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), this.limits.maxWaitMs);
  }

  /** Hands over what there is, without waiting any longer. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const batch = this.items;
    this.items = [];
    if (batch.length > 0) this.take(batch);
  }

  /** Gives what there is back instead, for whoever stops. */
  drain(): readonly T[] {
    clearTimeout(this.timer);
    this.timer = undefined;
    return this.items.splice(0);
  }
}
