import type { Observable } from 'rxjs';
import type { NatsReadiness, NatsStatus } from '../index.js';

/** What can be asked for its health: a `NatsStrategy`, or a `NatsClient`. */
export interface NatsHealthTarget {
  /** Tells the status of the connection, the present one first. */
  readonly status: Observable<NatsStatus>;
  /** Gives the connection of the NATS client; throws when there is none. */
  unwrap<T>(): T;
  /** Connects, if that is for others to do. */
  connect?(): Promise<unknown>;
  /** Says what keeps messages from getting through. */
  readiness(): NatsReadiness;
}

/** Options of {@link NatsHealthIndicator.readiness}. */
export interface ReadinessCheckOptions {
  /**
   * How long connecting and a round trip to the server may take together, in milliseconds. Default
   * 1,000, minimum 1; an orchestrator's own timeout is to be longer.
   */
  timeoutMs?: number;
}
