const FIRST_MS = 50;
const LONGEST_MS = 1_000;

/** Is after how long without a failure the next one counts as the first, in milliseconds. */
const FORGOTTEN_MS = 5_000;

/** Says how long to wait before something that has failed is tried again. */
export class Backoff {
  private failures = 0;
  private lastAt = -Infinity;

  constructor(
    private readonly now: () => number = () => performance.now(),
    private readonly random: () => number = Math.random,
  ) {}

  /**
   * Counts a failure. @returns how long to wait, in milliseconds: not at all the first time, then
   * longer up to a second, spread so that processes do not come all at once
   */
  nextMs(): number {
    const now = this.now();
    if (now - this.lastAt > FORGOTTEN_MS) this.failures = 0;
    this.lastAt = now;
    if (this.failures++ === 0) return 0;
    const delayMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** (this.failures - 2));
    return Math.round(delayMs * (0.75 + 0.25 * this.random()));
  }
}
