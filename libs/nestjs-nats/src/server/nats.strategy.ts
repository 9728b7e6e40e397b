import type { NatsConnection } from '@nats-io/transport-node';
import { Logger } from '@nestjs/common';
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import type { Observable } from 'rxjs';
import type { NatsEvents, NatsStatus } from '../connection/events.js';
import { ReplyPolicy } from '../core/reply-policy.js';
import { type LiveSubscription, subscribeAll } from '../core/subscriber.js';
import { NatsTransportError } from '../errors/transport-error.js';
import type { NatsMessageContext } from '../message/context.js';
import { type HandlerGroup, HandlerTable } from './handler-table.js';
import { HandlerRunner } from './handler-runner.js';
import type { NatsListenInfo } from './listen-info.js';
import {
  type NatsStrategyOptions,
  type ResolvedStrategyOptions,
  resolveStrategyOptions,
} from './options.js';
import { NATS_TRANSPORT } from './transport-id.js';

type StartHook = Parameters<Server['setOnProcessingStartHook']>[0];
type EndHook = Parameters<Server['setOnProcessingEndHook']>[0];

/**
 * Is the server side of the transport: it binds `@EventPattern` and `@MessagePattern` handlers to
 * NATS subjects.
 *
 * ```ts
 * const app = await NestFactory.createMicroservice(AppModule, {
 *   strategy: new NatsStrategy({ servers: ['nats://127.0.0.1:4222'], queue: 'saver' }),
 * });
 * await app.listen();
 * ```
 *
 * `listen()` succeeds only when the server has accepted every subscription. `close()` takes no new
 * messages, waits for handlers under way, sends their answers, and then leaves the connection.
 */
export class NatsStrategy extends Server<NatsEvents> implements CustomTransportStrategy {
  override transportId: symbol = NATS_TRANSPORT;
  /** We follow each handler's outcome ourselves, so Nest need not log it. */
  override readonly propagatesEventHandlerErrors = true;
  protected override readonly logger = new Logger(NatsStrategy.name);
  private readonly settings: ResolvedStrategyOptions;
  private readonly table = new HandlerTable();
  private readonly runner: HandlerRunner;
  private subscriptions: LiveSubscription[] = [];
  private listening = false;
  private closing: Promise<void> | undefined;
  private startHook: StartHook | undefined;
  private endHook: EndHook | undefined;

  /** @throws NatsTransportError `INVALID_OPTIONS` that names every fault */
  constructor(options: NatsStrategyOptions = {}) {
    super();
    this.settings = resolveStrategyOptions(options);
    const { connection, codec, replyPrefixes } = this.settings;
    this.runner = new HandlerRunner({
      connection,
      codec,
      replyPolicy: new ReplyPolicy([connection.options.inboxPrefix, ...replyPrefixes]),
      logger: this.logger,
      hooks: (context, work) => this.process(context, work),
    });
  }

  /** Tells the status of the connection, the present one first. */
  override get status(): Observable<NatsStatus> {
    return this.settings.connection.status;
  }

  /** Is called by Nest for each handler. Faults are reported by {@link listen}, all at once. */
  override addHandler(
    pattern: unknown,
    callback: MessageHandler,
    isEventHandler = false,
    extras: Record<string, unknown> = {},
  ): void {
    const route =
      pattern instanceof RegExp ? String(pattern) : this.normalizePattern(pattern as string);
    callback.isEventHandler = isEventHandler;
    callback.extras = extras;
    // the base class would chain handlers of one pattern: then one queue counts, and one failure
    // fails all. Ours each stand in the table; the map is what getHandlers() shows.
    if (!this.messageHandlers.has(route)) this.messageHandlers.set(route, callback);
    this.table.add(route, isEventHandler ? 'event' : 'request', callback, extras['queue']);
  }

  /**
   * Connects and subscribes; Nest calls it for `app.listen()` and `startAllMicroservices()`.
   *
   * @param callback receives the error, or nothing and the {@link NatsListenInfo}; never both
   */
  async listen(callback: (error?: unknown, info?: NatsListenInfo) => void): Promise<void> {
    let info: NatsListenInfo;
    try {
      info = await this.start();
    } catch (error) {
      callback(error);
      return;
    }
    callback(undefined, info);
  }

  /** Stops in order; see the class. Further calls wait for the first. */
  close(): Promise<void> {
    return (this.closing ??= this.stop().finally(() => {
      this.closing = undefined;
    }));
  }

  /**
   * Listens to an event of the connection; possible before {@link listen}.
   *
   * @see NatsEvents
   */
  on<K extends keyof NatsEvents>(event: K, callback: NatsEvents[K]): void {
    this.settings.connection.events.on(event, callback);
  }

  /**
   * Gives the connection of the NATS client, for what this class has no method for.
   *
   * @throws NatsTransportError `NOT_CONNECTED` before {@link listen} has succeeded
   */
  unwrap<T = NatsConnection>(): T {
    const { current } = this.settings.connection;
    if (this.listening && current !== undefined) return current as T;
    throw new NatsTransportError(
      'NOT_CONNECTED',
      'Not initialized: call listen() or startAllMicroservices() before unwrap().',
    );
  }

  /** Sets what runs before each message is handled, and calls its `done` (Nest 12). */
  override setOnProcessingStartHook(hook: StartHook): void {
    this.startHook = hook;
  }

  /** Sets what runs when a message has been handled, its answers sent (Nest 12). */
  override setOnProcessingEndHook(hook: EndHook): void {
    this.endHook = hook;
  }

  private async start(): Promise<NatsListenInfo> {
    const { connection: shared, queue } = this.settings;
    const groups = this.table.groups(queue);
    shared.retain();
    try {
      const connection = await shared.connect();
      this.subscriptions = await subscribeAll(
        connection,
        groups.map((group) => ({
          filter: group.filter,
          queue: group.queue,
          receive: (message) => this.runner.receive(group, message),
          fail: (error) => this.runner.incident(group, error),
        })),
      );
      this.listening = true;
      return listenInfo(connection, groups);
    } catch (error) {
      await shared.release();
      throw error;
    }
  }

  private async stop(): Promise<void> {
    if (!this.listening) return;
    this.listening = false;
    const { connection, shutdownTimeoutMs } = this.settings;
    try {
      const drained = await Promise.allSettled(this.subscriptions.map((s) => s.drain()));
      for (const outcome of drained) {
        if (outcome.status === 'rejected')
          this.logger.warn(`A subscription did not drain: ${outcome.reason}`);
      }
      const left = await this.runner.inFlight.settled(shutdownTimeoutMs);
      if (left > 0) {
        this.logger.error(`Closing while ${left} handlers still run after ${shutdownTimeoutMs} ms`);
      }
    } finally {
      this.subscriptions = [];
      await connection.release();
    }
  }

  /** Runs `work` between the hooks that instrumentation has set, if any. */
  private process(context: NatsMessageContext, work: () => Promise<void>): Promise<void> {
    const { startHook, endHook } = this;
    if (startHook === undefined && endHook === undefined) return work();
    return new Promise((resolve, reject) => {
      const run = async (): Promise<void> => {
        await work().then(resolve, reject);
        try {
          endHook?.(this.transportId, context);
        } catch (error) {
          this.logger.error('The processing end hook failed', error);
        }
      };
      if (startHook === undefined) void run();
      else startHook(this.transportId, context, run);
    });
  }
}

function listenInfo(connection: NatsConnection, groups: readonly HandlerGroup[]): NatsListenInfo {
  return {
    server: connection.getServer(),
    serverVersion: connection.info?.version ?? 'unknown',
    subscriptions: groups.map(({ kind, filter, queue, handlers }) => ({
      kind,
      subject: filter,
      queue: queue === '' ? undefined : queue,
      patterns: handlers.map((handler) => handler.pattern.pattern),
    })),
  };
}
