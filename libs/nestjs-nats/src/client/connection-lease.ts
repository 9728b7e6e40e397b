import type { NatsConnection } from '@nats-io/transport-node';
import { ConnectionHold } from '../connection/connection-hold.js';
import type { SharedConnection } from '../connection/shared-connection.js';
import { remainder, within } from '../connection/within.js';
import { quote } from '../errors/quote.js';
import { NatsTransportError } from '../errors/transport-error.js';
import type { MaybePromise } from '../message/payload.js';
import type { PreparedMessage } from './outgoing.js';

/** Is a client's hold on a connection, from its first use until it is closed. */
export class ConnectionLease {
  private readonly connection: ConnectionHold;
  /** Messages that wait for the connection. */
  private readonly waiting = new Set<Promise<unknown>>();

  constructor(private readonly shared: SharedConnection) {
    this.connection = new ConnectionHold(shared);
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

  /** Takes hold, unless it is held; the connection then stands until {@link release}. */
  hold(): void {
    this.connection.take();
  }

  /** @throws NatsTransportError `CONNECTION_FAILED` */
  connect(): Promise<NatsConnection> {
    return this.connection.connect();
  }

  /** Lets go, when messages that wait for the connection have been handed over, and `others` too. */
  release(others: Promise<void> | undefined): Promise<void> {
    return this.connection.release(others ? [others, ...this.waiting] : this.waiting);
  }

  /** @throws NatsTransportError `CLOSED` when it is not held */
  assertHeld(subject: string): void {
    if (!this.connection.isHeld) throw closed(subject);
  }

  /**
   * Connects if need be, within the time a message has, and until `signal` aborts.
   *
   * @returns the message with what is left of its time; at once when there is a connection, so that
   * messages of one turn keep their order
   * @throws NatsTransportError `CONNECTION_FAILED`, `TIMEOUT`
   */
  ready(message: PreparedMessage, signal?: AbortSignal): MaybePromise<PreparedMessage> {
    if (this.shared.current !== undefined) return message;
    const connected = this.readyLater(message, signal);
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
    `Nothing was sent on ${quote(subject)}: the client was closed meanwhile.`,
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
