import { Backoff } from './backoff.js';

/** Decides when messages are asked for: once for everything that happens in a turn, or after a rest. */
export class PullPacer {
  private readonly backoff = new Backoff();
  private scheduled = false;
  private stopped = false;
  private rest: NodeJS.Timeout | undefined;

  constructor(private readonly ask: () => void) {}

  /** Asks right now, unless it rests. */
  now(): void {
    if (!this.stopped && this.rest === undefined) this.ask();
  }

  /** Asks at the end of this turn of the event loop. */
  soon(): void {
    if (this.stopped || this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.now();
    });
  }

  /** Asks after a time in which nothing else makes it ask; longer each time in a row. */
  later(): void {
    if (this.stopped) return;
    this.rest ??= setTimeout(() => {
      this.rest = undefined;
      this.ask();
    }, this.backoff.nextMs());
  }

  /** Asks no more. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.rest);
  }
}
