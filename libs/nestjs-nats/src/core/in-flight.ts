/** Counts work under way, and waits for its end. */
export class InFlight {
  private count = 0;
  private idle: (() => void)[] = [];

  get size(): number {
    return this.count;
  }

  /**
   * Counts one more.
   *
   * @returns is called when it is over; further calls do nothing
   */
  begin(): () => void {
    this.count++;
    let over = false;
    return () => {
      if (over) return;
      over = true;
      if (--this.count === 0) for (const resolve of this.idle.splice(0)) resolve();
    };
  }

  /**
   * Waits until nothing is under way.
   *
   * @returns how much still was when the time was over; 0 is the good end
   */
  async settled(timeoutMs: number): Promise<number> {
    if (this.count === 0) return 0;
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutMs);
    });
    await Promise.race([deadline, new Promise<void>((resolve) => this.idle.push(resolve))]);
    clearTimeout(timer);
    return this.count;
  }
}
