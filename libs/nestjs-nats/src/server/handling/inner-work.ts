import type { Work } from './work.js';

/** Is the handler's part inside interceptors, which may come to their end before it. */
export class InnerWork {
  /** Resolves when the work, if it was started, is over. */
  settled: Promise<void> | undefined;
  isUnderWay = false;
  private concluded = false;

  constructor(
    private readonly whole: Work,
    private readonly inner: () => Promise<void>,
  ) {}

  readonly start = (): Promise<void> => {
    if (this.concluded) return Promise.reject(new Error(CALLED_LATE));
    this.isUnderWay = true;
    const done = this.inner();
    this.settled = done.then(
      () => this.end(),
      (failure: unknown) => {
        this.end();
        if (this.concluded) this.whole.report(failure);
      },
    );
    return done;
  };

  /** Notes that the interceptors have come to their end. */
  conclude(): void {
    this.concluded = true;
  }

  private end(): void {
    this.isUnderWay = false;
  }
}

const CALLED_LATE = 'An interceptor called next() after it had come to its end.';
