import { Logger } from '@nestjs/common';
import type { NatsConnection, Status } from '@nats-io/transport-node';
import type { Observable } from 'rxjs';
import { Dialler } from './dialler.js';
import type { NatsEventBus, NatsStatus } from './events.js';
import { closeAfterFlush } from './farewell.js';
import {
  type NatsConnectionOptions,
  resolveConnectionOptions,
  type ResolvedConnectionOptions,
} from './options.js';
import { noConnection } from './readiness.js';
import { Search } from './search.js';
import { SendWindow } from './send-window.js';
import { StatusReport } from './status-report.js';

/**
 * Is one connection to NATS that strategies and clients hold together; what an application sees of it
 * is a `NatsSharedConnection`.
 *
 * It is dialled by the first {@link connect}, stands as long as somebody retains it, and is flushed
 * and closed by the last {@link release}. While it is down the client library dials for ever; and if that
 * gives up, whatever the reason, another connection takes its place.
 */
export class SharedConnection {
  /** Checked options, defaults filled in. */
  readonly options: ResolvedConnectionOptions;
  private readonly logger = new Logger('NatsConnection');
  private readonly report = new StatusReport(this.logger);
  /** Tells the status, the present one first. */
  readonly status: Observable<NatsStatus> = this.report.status;
  readonly events: NatsEventBus = this.report.events;
  /** What was sent and may still wait. */
  readonly window: SendWindow;
  private readonly dialler: Dialler;
  private readonly replaced = new Set<() => void>();
  private holders = 0;
  private attempt: Promise<NatsConnection> | undefined;
  /** Resolves when it is known whether the first attempt has succeeded. */
  private tried: Promise<void> = Promise.resolve();
  private search: Search | undefined;
  private established: NatsConnection | undefined;
  private up = false;

  /**
   * @param faults what is wrong with options around these, so that all is reported at once
   * @throws NatsTransportError `INVALID_OPTIONS`
   */
  constructor(options: NatsConnectionOptions, faults: string[] = []) {
    this.options = resolveConnectionOptions(options, faults);
    this.window = new SendWindow(this.options.maxBufferedBytes);
    this.dialler = new Dialler(options, this.options, this.logger);
  }

  /** The connection of the client library, or nothing before it is made and after it is closed. */
  get current(): NatsConnection | undefined {
    return this.established;
  }

  /** Whether somebody wants it to stand. */
  get isHeld(): boolean {
    return this.holders > 0;
  }

  /** Whether a server is there at this moment. */
  get isUp(): boolean {
    return this.up;
  }

  /** Whether there is none, but somebody has wanted it, and it is dialled until it stands. */
  get isSought(): boolean {
    return this.search !== undefined;
  }

  /** Why nothing can be sent, if that is so. */
  get trouble(): string | undefined {
    if (this.up) return undefined;
    const known = this.established !== undefined || this.search !== undefined;
    return noConnection(this.options.servers, known);
  }

  /** Adds a holder: the connection is not closed before this one has released it. */
  retain(): void {
    this.holders++;
  }

  /** Removes a holder; the last one flushes and closes the connection. */
  async release(): Promise<void> {
    if (this.isHeld && --this.holders === 0) await this.shutDown();
  }

  /**
   * Gives the connection, making it when there is none. Callers at the same time share one attempt.
   * When it fails it is forgotten, so that the next call tries again; or, if that is how the options have
   * it, another is made until one succeeds.
   *
   * @throws NatsTransportError `CONNECTION_FAILED`; `CLOSED` when it is not wanted any more
   */
  connect(): Promise<NatsConnection> {
    return (this.attempt ??= this.begin());
  }

  /** Does the same, but gives nothing when a server has to be waited for. */
  async reach(): Promise<NatsConnection | undefined> {
    const attempt = this.connect();
    await this.tried;
    if (this.search === undefined) return attempt;
    // who waits for the connection hears of its end
    attempt.catch(() => undefined);
    return undefined;
  }

  /**
   * Calls `listener` when another connection has taken the place of one that is closed, before anybody is
   * told that it stands: subscriptions of the old one have ended with it.
   *
   * @returns a function that removes the listener
   */
  onReplaced(listener: () => void): () => void {
    this.replaced.add(listener);
    return () => void this.replaced.delete(listener);
  }

  private async begin(): Promise<NatsConnection> {
    let told: () => void = () => undefined;
    this.tried = new Promise((resolve) => (told = resolve));
    try {
      return this.establish(await this.dialler.dial(), 'connect');
    } catch (error) {
      this.report.is('disconnected');
      if (this.options.onConnectFailure === 'wait' && this.isHeld) {
        const sought = this.seek(error, 'connect');
        told();
        return await sought;
      }
      this.attempt = undefined;
      throw error;
    } finally {
      told();
    }
  }

  private async seek(failure: unknown, event: 'connect' | 'reconnect'): Promise<NatsConnection> {
    const search = new Search(this.dialler, this.options, this.logger);
    this.search = search;
    this.report.is('reconnecting');
    try {
      const connection = await search.run(failure);
      this.search = undefined;
      this.logger.log(`Connected to ${connection.getServer()}`);
      return this.establish(connection, event);
    } catch (error) {
      if (this.search === search) this.search = undefined;
      throw error;
    }
  }

  private establish(connection: NatsConnection, event: 'connect' | 'reconnect'): NatsConnection {
    this.established = connection;
    this.up = true;
    void this.watch(connection);
    if (event === 'reconnect') for (const listener of Array.from(this.replaced)) listener();
    this.report.is('connected');
    this.report.emit(event, connection.getServer());
    return connection;
  }

  private async shutDown(): Promise<void> {
    if (this.search !== undefined) {
      this.search.stop();
      this.search = undefined;
      this.forget();
      return this.ended();
    }
    const connection = await this.attempt?.catch(() => undefined);
    const { up } = this;
    if (!connection || this.isHeld) return;
    // whoever comes from now on gets a connection of their own
    this.forget();
    this.report.is('draining');
    this.report.emit('drain');
    await closeAfterFlush(connection, up, this.logger);
    if (this.attempt === undefined) this.ended();
  }

  /** Follows what the client library reports until the connection is closed. */
  private async watch(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (this.established === connection) this.follow(status);
    }
    const reason = await connection.closed();
    // one that was closed on purpose is not the present one any more
    if (this.established === connection) this.replace(connection, reason);
  }

  /** The client library has given up, or somebody has closed what is not theirs to close. */
  private replace(connection: NatsConnection, reason: unknown): void {
    const { up } = this;
    this.forget();
    const why = reason instanceof Error ? `: ${reason.message}` : '';
    const failure = new Error(`The connection to NATS was closed${why}.`);
    if (up) {
      this.report.is('disconnected');
      this.report.emit('disconnect', connection.getServer());
    }
    this.attempt = this.seek(failure, 'reconnect');
    this.attempt.catch(() => undefined);
  }

  private forget(): void {
    this.attempt = undefined;
    this.established = undefined;
    this.up = false;
  }

  private ended(): void {
    this.report.is('closed');
    this.report.emit('close');
  }

  private follow(status: Status): void {
    switch (status.type) {
      case 'disconnect':
        // also told for each attempt that the server ends, and so is its counterpart then
        if (!this.up) return;
        this.up = false;
        this.dialler.renewCredentials();
        this.logger.warn(`Disconnected from ${status.server}; reconnecting`);
        this.report.is('disconnected');
        return this.report.emit('disconnect', status.server);
      case 'reconnecting':
        return this.report.is('reconnecting');
      case 'reconnect':
        if (this.up) return;
        this.up = true;
        this.logger.log(`Connected again to ${status.server}`);
        this.report.is('connected');
        return this.report.emit('reconnect', status.server);
      case 'update': {
        const { added = [], deleted = [] } = status;
        return this.report.emit('update', { added, deleted });
      }
      case 'ldm':
        this.logger.warn(`Server ${status.server} is about to shut down (lame duck mode)`);
        return this.report.emit('lameDuck', status.server);
      case 'error':
        return this.report.failed(status.error);
    }
  }
}
