import { quote } from '../errors/quote.js';
import { NatsTransportError } from '../errors/transport-error.js';

/** Is how the handling of one message is cut short: when its caller has given up, or on demand. */
export class Cancellation {
  /** There is none before somebody asks for its signal: it costs more than all the rest. */
  private controller: AbortController | undefined;
  private aborted: { readonly reason: unknown } | undefined;
  private timer: NodeJS.Timeout | undefined;
  private cut = false;
  private listener: ((reason: unknown) => void) | undefined;
  private hearsClock = false;

  /**
   * @param timeoutMs how long the caller waits for an answer, if that is known
   * @param waitedMs how much of that is over
   */
  constructor(
    private readonly subject: string,
    private readonly timeoutMs?: number,
    waitedMs = 0,
  ) {
    if (timeoutMs !== undefined) this.startClock(Math.max(0, timeoutMs - waitedMs));
  }

  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.aborted !== undefined) this.controller.abort(this.aborted.reason);
    }
    return this.controller.signal;
  }

  /** Cuts the handling short. Of several reasons the first counts. */
  cancel(reason: unknown): void {
    this.release();
    this.abort(reason);
    if (this.cut) return;
    this.cut = true;
    this.listener?.(reason);
  }

  /**
   * Calls `leave` when the handling is cut short; at once when it is already.
   *
   * @param withCaller whether that the caller has given up counts too
   */
  onCancel(leave: (reason: unknown) => void, withCaller: boolean): void {
    this.hearsClock = withCaller;
    if (this.aborted !== undefined && (this.cut || withCaller)) leave(this.aborted.reason);
    else this.listener = leave;
  }

  /** Starts the time that the caller waits anew. */
  restartClock(): void {
    if (this.timeoutMs === undefined || this.aborted !== undefined) return;
    clearTimeout(this.timer);
    this.startClock(this.timeoutMs);
  }

  /** Releases the timer. */
  release(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private startClock(remainingMs: number): void {
    this.timer = setTimeout(() => this.giveUp(), remainingMs);
  }

  private giveUp(): void {
    const message = `The caller of ${quote(this.subject)} has given up waiting.`;
    const reason = new NatsTransportError('TIMEOUT', message, {
      details: { subject: this.subject },
    });
    if (this.hearsClock) this.cancel(reason);
    else this.abort(reason);
  }

  private abort(reason: unknown): void {
    if (this.aborted !== undefined) return;
    this.aborted = { reason };
    this.controller?.abort(reason);
  }
}
