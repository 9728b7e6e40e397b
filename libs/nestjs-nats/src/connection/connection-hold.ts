import type { NatsConnection } from '@nats-io/transport-node';
import type { SharedConnection } from './shared-connection.js';

/** Is somebody's hold on a connection, from the first use until it is let go. */
export class ConnectionHold {
  private held = false;
  /** How many waits there are for others to end, before it is let go. */
  private leaving = 0;

  constructor(private readonly shared: SharedConnection) {}

  /** Whether the connection is held; also while it is left, until it is. */
  get isHeld(): boolean {
    return this.held || this.leaving > 0;
  }

  /** Takes hold, unless it is held; the connection then stands until {@link release}. */
  take(): void {
    if (this.held) return;
    this.held = true;
    this.shared.retain();
  }

  /** Takes hold, and connects. @throws NatsTransportError `CONNECTION_FAILED` */
  connect(): Promise<NatsConnection> {
    this.take();
    return this.shared.connect();
  }

  /** Lets go, when `others` have ended; whoever comes meanwhile takes hold anew. */
  async release(others: Iterable<Promise<unknown>> = []): Promise<void> {
    if (!this.held) return;
    this.held = false;
    this.leaving++;
    await Promise.allSettled(others);
    this.leaving--;
    await this.shared.release();
  }
}
