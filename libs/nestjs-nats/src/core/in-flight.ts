/** Counts work under way, and waits for its end. */
export class InFlight {
  private count = 0;
  private idle: (() => void)[] = [];

  get size(): number {
    return this.count;
  }

  /** Counts one more, until {@link end} is called for it. */
  begin(): void {
    this.count++;
  }

  /** Counts one less: to be called once for each {@link begin}. */
  end(): void {
    if (--this.count === 0) for (const resolve of this.idle.splice(0)) resolve();
  }

  /**
   * Waits until nothing is under way.
   *
   * @param haste ends the waiting when it aborts
   * @returns how much still was when the time was over; 0 is the good end
   */
  async settled(timeoutMs: number, haste?: AbortSignal): Promise<number> {
    if (this.count === 0 || haste?.aborted) return this.count;
    let wake!: () => void;
    const over = new Promise<void>((resolve) => (wake = resolve));
    this.idle.push(wake);
    const timer = setTimeout(wake, timeoutMs);
    haste?.addEventListener('abort', wake);
    await over;
    clearTimeout(timer);
    haste?.removeEventListener('abort', wake);
    return this.count;
  }
}
