import type { PullStatus } from './pull-status.js';

/** Is how often a server is heard at first, in milliseconds. */
const FIRST_HEARTBEAT_MS = 500;

/** How often and how much is asked for, as options set it and a consumer's configuration allows it. */
export class PullLimits {
  private batch = Infinity;
  private proven = false;

  constructor(
    private expires = 30_000,
    private readonly heartbeat = 5_000,
  ) {}

  /** How many messages one request may ask for. */
  get maxBatch(): number {
    return this.batch;
  }

  /** How long a request waits, in milliseconds. */
  get expiresMs(): number {
    return this.expires;
  }

  /**
   * How often the server says that it is there, in milliseconds: it allows half of the request's time.
   * More often until it has served a request, as a consumer that is being deleted takes requests and
   * forgets them.
   */
  get heartbeatMs(): number {
    const wanted = this.proven ? this.heartbeat : Math.min(this.heartbeat, FIRST_HEARTBEAT_MS);
    return Math.min(wanted, this.expires / 2);
  }

  /** The server has served a request. @returns whether it is the first */
  prove(): boolean {
    if (this.proven) return false;
    return (this.proven = true);
  }

  /** Keeps from now on to what the server has named as the limit. */
  lower({ maxBatch, maxExpiresMs }: Extract<PullStatus, { kind: 'limited' }>): void {
    if (maxBatch !== undefined) this.batch = Math.max(1, Math.min(this.batch, maxBatch));
    if (maxExpiresMs !== undefined)
      this.expires = Math.max(1, Math.min(this.expires, maxExpiresMs));
  }
}
