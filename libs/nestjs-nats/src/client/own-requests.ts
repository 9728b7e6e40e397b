import { setImmediate as nextTurn } from 'node:timers/promises';
import { InFlight } from '../core/in-flight.js';
import type { OpenRequest, ReplySink } from '../core/pending-request.js';
import type { Requester, RequestMessage } from '../core/requester.js';

/** Sends the requests of one client by the requester of its connection, and knows when all have ended. */
export class OwnRequests {
  private readonly underWay = new InFlight();
  private haste = new AbortController();

  constructor(private readonly requester: Requester) {}

  /** The `host:port` connected to, or nothing while there is no connection. */
  get server(): string | undefined {
    return this.requester.server;
  }

  /** Does as {@link Requester.open}. */
  open(message: RequestMessage, sink: ReplySink): OpenRequest {
    return this.requester.open(message, sink, this.underWay);
  }

  /** Counts what belongs to a request before it is sent, or after its answer. */
  track<T>(work: Promise<T>): Promise<T> {
    this.underWay.begin();
    const end = (): void => this.underWay.end();
    work.then(end, end);
    return work;
  }

  /** Waits until nothing is under way, or the time is over, or {@link hasten} is called. */
  async settled(timeoutMs: number): Promise<void> {
    const end = performance.now() + timeoutMs;
    const { signal } = this.haste;
    let left: number;
    do {
      left = end - performance.now();
      await this.underWay.settled(Math.max(0, left), signal);
      // what has come to its end may be followed by the next step of the same request
      await nextTurn();
    } while (this.underWay.size > 0 && left > 0 && !signal.aborted);
    // who comes back after it is waited for again
    if (signal.aborted) this.haste = new AbortController();
  }

  /** Ends the waiting of {@link settled}; or, if it does not wait yet, the next one. */
  hasten(): void {
    this.haste.abort();
  }
}
