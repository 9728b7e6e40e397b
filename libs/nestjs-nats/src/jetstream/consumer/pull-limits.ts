import type { PullStatus } from './pull-status.js';

/** How often and how much is asked for, as options set it and a consumer's configuration allows it. */
export class PullLimits {
  private batch = Infinity;

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

  /** How often the server says that it is there, in milliseconds: it allows half of the request's time. */
  get heartbeatMs(): number {
    return Math.min(this.heartbeat, this.expires / 2);
  }

  /** Keeps from now on to what the server has named as the limit. */
  lower({ maxBatch, maxExpiresMs }: Extract<PullStatus, { kind: 'limited' }>): void {
    if (maxBatch !== undefined) this.batch = Math.max(1, Math.min(this.batch, maxBatch));
    if (maxExpiresMs !== undefined)
      this.expires = Math.max(1, Math.min(this.expires, maxExpiresMs));
  }
}
