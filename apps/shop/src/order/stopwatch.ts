/** Measures how long the parts of a request take. */
export class Stopwatch {
  /** How long each part took, in whole milliseconds. */
  readonly parts: Record<string, number> = {};
  private readonly startedAt = performance.now();

  /** Milliseconds since it was made. */
  get elapsedMs(): number {
    return Math.round(performance.now() - this.startedAt);
  }

  /** Does a part and measures it, also one that fails. */
  async time<T>(part: string, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    try {
      return await work();
    } finally {
      this.parts[part] = Math.round(performance.now() - startedAt);
    }
  }
}
