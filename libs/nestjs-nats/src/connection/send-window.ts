import type { NatsConnection } from '@nats-io/transport-node';
import { within } from './within.js';

/** Is as much of a connection as is asked here. */
export type AskedConnection = Pick<NatsConnection, 'flush'>;

/** Is after how many bytes the server is asked whether it has them. */
const MOST_UNASKED_BYTES = 1024 * 1024;

/**
 * Counts the bytes that were handed to a connection and that the server has not taken yet, as far as is
 * known: what waits in this process is at most that. Between two publishes it asks the server, with a
 * PING, which is answered after what was sent before.
 */
export class SendWindow {
  private connection: AskedConnection | undefined;
  private sent = 0;
  private asked = 0;
  private taken = 0;
  private relief: Promise<void> = Promise.resolve();
  private readonly stepBytes: number;

  /** @param maxBytes is how many bytes may wait; one message that is larger may, alone */
  constructor(readonly maxBytes: number) {
    this.stepBytes = Math.min(MOST_UNASKED_BYTES, maxBytes / 8);
  }

  /** How many bytes may wait. */
  get waitingBytes(): number {
    return this.sent - this.taken;
  }

  /** Whether there is room for so many more. */
  hasRoom(connection: AskedConnection, bytes: number): boolean {
    // what was handed to one that is gone does not wait any more
    if (connection !== this.connection) this.restart(connection);
    const waiting = this.waitingBytes;
    return waiting === 0 || waiting + bytes <= this.maxBytes;
  }

  /** So many bytes have been handed over. */
  add(connection: AskedConnection, bytes: number): void {
    this.sent += bytes;
    if (this.sent - this.asked >= this.stepBytes) this.ask(connection);
  }

  /** Gives {@link waitingBytes}, and asks the server for those that it was not asked for yet. */
  look(connection: AskedConnection): number {
    if (connection !== this.connection) return 0;
    if (this.sent > this.asked) this.ask(connection);
    return this.waitingBytes;
  }

  /** Whether it is time for publishers to wait for the server. */
  get isCrowded(): boolean {
    return this.waitingBytes > this.maxBytes / 4 + this.stepBytes;
  }

  /** Resolves when the server has taken enough, or the time is over, or the connection is gone. */
  async relieved(timeoutMs: number): Promise<void> {
    const giveUpAt = performance.now() + timeoutMs;
    while (this.isCrowded) {
      const leftMs = giveUpAt - performance.now();
      if (leftMs <= 0) return;
      // an end that is not waited for is no failure: the message has been handed over
      await within(this.relief, leftMs, () => new Error('not yet')).catch(() => undefined);
    }
  }

  private ask(connection: AskedConnection): void {
    const upTo = this.sent;
    this.asked = upTo;
    this.relief = connection.flush().then(
      () => this.has(connection, upTo),
      // the connection is down, and all that waited is gone
      () => this.has(connection, this.sent),
    );
  }

  private has(connection: AskedConnection, upTo: number): void {
    if (connection === this.connection) this.taken = Math.max(this.taken, upTo);
  }

  private restart(connection: AskedConnection): void {
    this.connection = connection;
    this.taken = this.sent;
    this.asked = this.sent;
  }
}
