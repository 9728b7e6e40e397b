import { within } from '../../connection/within.js';
import { quote } from '../../errors/quote.js';
import { NatsTransportError } from '../../errors/transport-error.js';
import { cancelContext } from '../../message/context.js';
import type { Work } from './work.js';

/**
 * Is the handler's part inside interceptors, which may come to their end before it; and so does what they
 * wait for, when the handler takes longer than it may.
 */
export class InnerWork {
  /** Resolves when the work, if it was started, is over. */
  settled: Promise<void> | undefined;
  isUnderWay = false;
  private concluded = false;
  private tooSlow: Error | undefined;

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
        // that a handler ends as it was told is no failure of its own
        if (this.concluded && failure !== this.tooSlow) this.whole.report(failure);
      },
    );
    const { limitMs } = this.whole;
    return limitMs === undefined ? done : within(done, limitMs, () => this.expire(limitMs));
  };

  /** Whether the handler has taken longer than it may. */
  get isOverdue(): boolean {
    return this.tooSlow !== undefined;
  }

  /** Notes that the interceptors have come to their end. */
  conclude(): void {
    this.concluded = true;
  }

  private expire(limitMs: number): Error {
    const { context } = this.whole;
    this.tooSlow = tooSlow(context.subject, limitMs);
    cancelContext(context, this.tooSlow);
    return this.tooSlow;
  }

  private end(): void {
    this.isUnderWay = false;
  }
}

const CALLED_LATE = 'An interceptor called next() after it had come to its end.';

function tooSlow(subject: string, limitMs: number): NatsTransportError {
  return new NatsTransportError(
    'TIMEOUT',
    `The handler has not ended within the ${limitMs} ms that it may take for a message on ` +
      `${quote(subject)} (handlerTimeoutMs). Until it does, it holds its place.`,
    { details: { subject, timeoutMs: limitMs } },
  );
}
