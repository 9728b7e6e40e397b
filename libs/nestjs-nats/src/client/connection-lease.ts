import type { NatsConnection } from '@nats-io/transport-node';
import { ConnectionHold } from '../connection/connection-hold.js';
import type { SharedConnection } from '../connection/shared-connection.js';
import { remainder, within } from '../connection/within.js';
import { quote } from '../errors/quote.js';
import { NatsTransportError } from '../errors/transport-error.js';
import type { MaybePromise } from '../message/payload.js';
import { OutageBuffer } from './outage-buffer.js';
import type { PreparedMessage } from './outgoing.js';

/** Is a client's hold on a connection, from its first use until it is closed. */
export class ConnectionLease {
  private readonly connection: ConnectionHold;
  private closed = false;
  /** Messages that wait for the connection. */
  private readonly waiting = new Set<Promise<unknown>>();

  private readonly outages: OutageBuffer | undefined;

  /** @param bufferBytes is how much is held back while the connection is down; nothing with 0 */
  constructor(
    private readonly shared: SharedConnection,
    bufferBytes: number,
  ) {
    this.connection = new ConnectionHold(shared);
    this.outages = bufferBytes > 0 ? new OutageBuffer(shared, bufferBytes) : undefined;
  }

  /** The connection of the NATS client. @throws NatsTransportError `NOT_CONNECTED` when there is none */
  get current(): NatsConnection {
    const { current } = this.shared;
    if (current !== undefined) return current;
    throw new NatsTransportError(
      'NOT_CONNECTED',
      'Not initialized: call connect() before unwrap().',
    );
  }

  /** Why nothing can be sent, if that is so. */
  get troubles(): string[] {
    if (this.closed) return ['The client is closed.'];
    return this.shared.trouble === undefined ? [] : [this.shared.trouble];
  }

  /**
   * Takes hold, unless it is held; the connection then stands until {@link release}.
   *
   * @throws NatsTransportError `CLOSED` after that, until {@link connect}: a connection that is made for a
   * message that comes too late would be closed by nobody
   */
  hold(subject: string): void {
    if (this.closed) throw closed(subject);
    this.connection.take();
  }

  /** @throws NatsTransportError `CONNECTION_FAILED` */
  connect(): Promise<NatsConnection> {
    this.closed = false;
    return this.connection.connect();
  }

  /** Lets go, when messages that wait for the connection have been handed over, and `others` have ended. */
  release(others: readonly Promise<void>[]): Promise<void> {
    this.closed = true;
    return this.connection.release([...others, ...this.waiting]);
  }

  /** @throws NatsTransportError `CLOSED` when it is not held */
  assertHeld(subject: string): void {
    if (!this.connection.isHeld) throw closed(subject);
  }

  /**
   * Connects if need be, within the time a message has, and until `signal` aborts.
   *
   * @returns the message with what is left of its time; at once when a connection was made, so that
   * messages of one turn keep their order
   * @throws NatsTransportError `CONNECTION_FAILED`, `TIMEOUT`; `BUFFER_FULL` and `NOT_CONNECTED` when messages
   * are held back while it is down
   */
  ready(message: PreparedMessage, signal?: AbortSignal): MaybePromise<PreparedMessage> {
    const { shared, outages } = this;
    if (shared.isUp) return message;
    const isKnown = shared.current !== undefined || shared.isSought;
    // what is not held back while it is made again is refused when it is to be sent
    if (isKnown && outages === undefined) return message;
    const connected = isKnown ? outages!.hold(message, signal) : this.readyLater(message, signal);
    this.waiting.add(connected);
    const forget = (): void => void this.waiting.delete(connected);
    connected.then(forget, forget);
    return connected;
  }

  private async readyLater(
    message: PreparedMessage,
    signal: AbortSignal | undefined,
  ): Promise<PreparedMessage> {
    const { subject, timeoutMs, remainingMs = timeoutMs } = message;
    const start = performance.now();
    await within(this.shared.connect(), remainingMs, () => tooLate(subject, timeoutMs), signal);
    return { ...message, remainingMs: remainder(remainingMs, start) };
  }
}

function closed(subject: string): NatsTransportError {
  return new NatsTransportError(
    'CLOSED',
    `Nothing was sent on ${quote(subject)}: the client is closed. connect() opens it again.`,
    { details: { subject } },
  );
}

function tooLate(subject: string, timeoutMs: number): NatsTransportError {
  return new NatsTransportError(
    'TIMEOUT',
    `No connection to NATS within the ${timeoutMs} ms of the message on ${quote(subject)}. Nothing was sent.`,
    { details: { subject, timeoutMs } },
  );
}
