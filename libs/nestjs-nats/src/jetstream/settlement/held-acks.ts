import type { NatsEventBus } from '../../connection/events.js';
import type { DeliveredMessage } from '../pull/delivery.js';

/** Is how many acknowledgements wait for a connection; beyond it the oldest is given up. */
export const MAX_HELD = 8_192;

/** An acknowledgement that could not be sent. */
export interface HeldAck {
  readonly action: 'ack' | 'term';
  readonly delivered: DeliveredMessage;
  readonly payload: Uint8Array;
  /** Why it could not. */
  readonly error: unknown;
}

/** What becomes of held acknowledgements. Neither may throw. */
export interface HeldAckSink {
  /** The connection stands again. */
  send(held: HeldAck): void;
  /** It is not going to be sent. */
  drop(held: HeldAck): void;
}

/**
 * Keeps acknowledgements over an outage.
 *
 * The server counts on, or has not counted while it was away: an acknowledgement that comes in time
 * saves the message from coming again, and one that comes late does no harm.
 */
export class HeldAcks {
  private held: HeldAck[] = [];
  private readonly stopListening: (() => void)[];

  constructor(
    events: NatsEventBus,
    private readonly sink: HeldAckSink,
  ) {
    this.stopListening = [
      events.on('connect', () => this.flush()),
      events.on('reconnect', () => this.flush()),
    ];
  }

  add(ack: HeldAck): void {
    this.held.push(ack);
    if (this.held.length > MAX_HELD) this.sink.drop(this.held.shift()!);
  }

  /** Stops waiting; what is held is given up. */
  close(): void {
    for (const stop of this.stopListening) stop();
    for (const ack of this.take()) this.sink.drop(ack);
  }

  private flush(): void {
    // what fails again comes back in the meantime, to wait for the next time
    for (const ack of this.take()) this.sink.send(ack);
  }

  private take(): HeldAck[] {
    const taken = this.held;
    this.held = [];
    return taken;
  }
}
