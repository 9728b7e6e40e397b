/** Measures the time from the first of so many messages to the last. */
export class Countdown {
  /** Resolves to that time in milliseconds. */
  readonly done: Promise<number>;
  private resolve!: (ms: number) => void;
  private count = 0;
  private start = 0;

  constructor(private readonly messages: number) {
    this.done = new Promise((resolve) => (this.resolve = resolve));
  }

  readonly handled = (): void => {
    if (this.count++ === 0) this.start = performance.now();
    if (this.count === this.messages) this.resolve(performance.now() - this.start);
  };
}
