import { Logger } from '@nestjs/common';
import { connect, type NatsConnection, type Status } from '@nats-io/transport-node';
import { type Observable, ReplaySubject, distinctUntilChanged } from 'rxjs';
import { NatsTransportError } from '../errors/transport-error.js';
import { NatsEventBus, type NatsStatus } from './events.js';
import {
  type NatsConnectionOptions,
  resolveConnectionOptions,
  type ResolvedConnectionOptions,
} from './options.js';
import { within } from './within.js';

/** Is how long the last flush before closing may take: a server that hangs must not hold it up. */
const LAST_FLUSH_MS = 2_000;

/**
 * Is one connection to NATS that strategies and clients hold together; what an application sees of it
 * is a `NatsSharedConnection`.
 *
 * It is dialled by the first {@link connect}, stands as long as somebody retains it, and is flushed
 * and closed by the last {@link release}. While it is down the client library dials for ever.
 */
export class SharedConnection {
  /** Checked options, defaults filled in. */
  readonly options: ResolvedConnectionOptions;
  readonly events = new NatsEventBus();
  private readonly logger = new Logger('NatsConnection');
  private readonly status$ = new ReplaySubject<NatsStatus>(1);
  private holders = 0;
  private attempt: Promise<NatsConnection> | undefined;
  private established: NatsConnection | undefined;
  private up = false;

  /**
   * @param faults what is wrong with options around these, so that all is reported at once
   * @throws NatsTransportError `INVALID_OPTIONS`
   */
  constructor(options: NatsConnectionOptions, faults: string[] = []) {
    this.options = resolveConnectionOptions(options, faults);
  }

  /** Tells the status, the present one first. */
  get status(): Observable<NatsStatus> {
    return this.status$.pipe(distinctUntilChanged());
  }

  /** The connection of the client library, or nothing before it is made and after it is closed. */
  get current(): NatsConnection | undefined {
    return this.established;
  }

  /** Whether a server is there at this moment. */
  get isUp(): boolean {
    return this.up;
  }

  /** Adds a holder: the connection is not closed before this one has released it. */
  retain(): void {
    this.holders++;
  }

  /** Removes a holder; the last one flushes and closes the connection. */
  async release(): Promise<void> {
    if (this.holders === 0 || --this.holders > 0) return;
    await this.shutDown();
  }

  /**
   * Gives the connection, making it when there is none. Callers at the same time share one attempt;
   * a failed attempt is forgotten, so that the next call tries again.
   *
   * @throws NatsTransportError `CONNECTION_FAILED`
   */
  connect(): Promise<NatsConnection> {
    return (this.attempt ??= this.dial());
  }

  private async dial(): Promise<NatsConnection> {
    try {
      const connection = await connect({ ...this.options.client });
      this.established = connection;
      this.up = true;
      this.status$.next('connected');
      void this.watch(connection);
      this.emit('connect', connection.getServer());
      return connection;
    } catch (cause) {
      this.attempt = undefined;
      this.status$.next('disconnected');
      throw this.connectionFailed(cause);
    }
  }

  private async shutDown(): Promise<void> {
    const connection = await this.attempt?.catch(() => undefined);
    const { up } = this;
    if (!connection || this.holders > 0) return;
    // whoever comes from now on gets a connection of their own
    this.forget();
    this.status$.next('draining');
    this.emit('drain');
    try {
      // close() drops what is still queued: publishes made just before would be lost
      if (up) await within(connection.flush(), LAST_FLUSH_MS, () => new Error('no answer'));
    } catch (error) {
      this.logger.warn(`Closing without a last flush: ${reasonOf(error)}`);
    } finally {
      await connection.close();
    }
    if (this.attempt === undefined) this.ended();
  }

  /** Follows what the client library reports until the connection is closed. */
  private async watch(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (this.established === connection) this.report(status);
    }
    const reason = await connection.closed();
    if (reason) this.logger.error(`Connection closed: ${reason.message}`);
    // one that was closed on purpose is not the present one any more
    if (this.established !== connection) return;
    this.forget();
    this.ended();
  }

  private forget(): void {
    this.attempt = undefined;
    this.established = undefined;
    this.up = false;
  }

  private ended(): void {
    this.status$.next('closed');
    this.emit('close');
  }

  private report(status: Status): void {
    switch (status.type) {
      case 'disconnect':
        this.up = false;
        this.logger.warn(`Disconnected from ${status.server}; reconnecting`);
        this.status$.next('disconnected');
        return this.emit('disconnect', status.server);
      case 'reconnecting':
        return this.status$.next('reconnecting');
      case 'reconnect':
        this.up = true;
        this.logger.log(`Connected again to ${status.server}`);
        this.status$.next('connected');
        return this.emit('reconnect', status.server);
      case 'update':
        return this.emit('update', { added: status.added ?? [], deleted: status.deleted ?? [] });
      case 'ldm':
        this.logger.warn(`Server ${status.server} is about to shut down (lame duck mode)`);
        return this.emit('lameDuck', status.server);
      case 'error':
        this.logger.error(`Server reported: ${status.error.message}`);
        return this.emit('error', status.error);
    }
  }

  private emit(...[event, ...args]: Parameters<NatsEventBus['emit']>): void {
    for (const failure of this.events.emit(event, ...args)) {
      this.logger.error(`A listener of "${event}" failed: ${reasonOf(failure)}`);
    }
  }

  private connectionFailed(cause: unknown): NatsTransportError {
    const servers = this.options.servers.join(', ');
    return new NatsTransportError(
      'CONNECTION_FAILED',
      `Cannot connect to NATS at ${servers}: ${reasonOf(cause)}. ` +
        'Check that the server runs there and that the credentials and TLS settings are right.',
      { cause, details: { servers: [...this.options.servers] } },
    );
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error.cause instanceof Error ? error.cause.message : '';
  return inner && !error.message.includes(inner) ? `${error.message} (${inner})` : error.message;
}
