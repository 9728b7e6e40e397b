import { quote } from '../errors/quote.js';
import { NatsTransportError } from '../errors/transport-error.js';

/** Is how the handling of one message is cut short: when its caller has given up, or on demand. */
export class Cancellation {
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  /** @param remainingMs how long the caller still waits, if that is known */
  constructor(
    private readonly subject: string,
    remainingMs: number | undefined,
  ) {
    if (remainingMs !== undefined) this.timer = setTimeout(() => this.giveUp(), remainingMs);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Cuts the handling short; the first reason counts. */
  cancel(reason: unknown): void {
    this.release();
    this.controller.abort(reason);
  }

  /** Releases the timer. */
  release(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private giveUp(): void {
    const message = `The caller of ${quote(this.subject)} has given up waiting.`;
    this.cancel(new NatsTransportError('TIMEOUT', message, { details: { subject: this.subject } }));
  }
}
