import type { NatsConnection } from '@nats-io/transport-node';
import { Logger } from '@nestjs/common';
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import type { Observable } from 'rxjs';
import type { NatsStatus } from '../connection/events.js';
import { type NatsReadiness, readinessOf } from '../connection/readiness.js';
import { EventHub } from '../events/event-hub.js';
import type { NatsEvent, NatsEvents } from '../events/nats-events.js';
import { NatsTransportError } from '../errors/transport-error.js';
import { attachInterceptors } from '../interceptor/compose.js';
import type { BatchOptions, NatsConsumeOptions } from '../jetstream/consumer/consume-options.js';
import { NATS_TRANSPORT } from '../decorators/transport-id.js';
import type { StrategyCounters } from './counters.js';
import { Engine } from './engine.js';
import { Lifecycle } from './lifecycle.js';
import type { NatsListenInfo } from './listen-info.js';
import {
  type NatsStrategyOptions,
  type ResolvedStrategyOptions,
  resolveStrategyOptions,
} from './options.js';
import { type HandlerPlace, Places } from './places.js';
import { type EndHook, ProcessingHooks, type StartHook } from './handling/processing-hooks.js';
import { strategyParticipant } from './strategy-participant.js';
import { Turns } from './turns.js';
import {
  declarationOf,
  type NatsBatchSubscriber,
  type NatsStreamSubscriber,
  type NatsSubscriber,
  type RegisterOptions,
  type Registration,
} from './registration.js';

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
  private readonly hooks = new ProcessingHooks(this.logger, () => this.transportId);
  private readonly hub: EventHub;
  private readonly engine: Engine;
  private readonly places = new Places((pattern) => this.normalizePattern(pattern));
  private readonly lifecycle: Lifecycle;

  /** @throws NatsTransportError `INVALID_OPTIONS` that names every fault */
  constructor(options: NatsStrategyOptions = {}) {
    super();
    this.settings = resolveStrategyOptions(options);
    this.hub = new EventHub(this.settings.connection, this.logger);
    const turns = new Turns();
    this.engine = new Engine({
      settings: this.settings,
      events: this.hub.messages,
      turns,
      hooks: this.hooks,
      logger: this.logger,
      routeOf: this.places.routeOf,
      placesOf: (route, extras) => this.places.of(route, extras),
    });
    this.lifecycle = new Lifecycle({ engine: this.engine, turns, logger: this.logger });
    const participant = strategyParticipant(this.hub, () => this.lifecycle.session);
    attachInterceptors(this.settings.interceptors, participant);
  }

  /** Tells the status of the connection, the present one first. */
  override get status(): Observable<NatsStatus> {
    return this.settings.connection.status;
  }

  /** Gives what {@link on} delivers but `handled`, each with its name as `type`. */
  get events$(): Observable<NatsEvent> {
    return this.hub.all;
  }

  /** Counts what is under way, and what was refused. */
  get counters(): StrategyCounters {
    return { underWay: this.lifecycle.session?.underWay ?? 0, ...this.engine.tally };
  }

  /** Is called by Nest for each handler. Faults are reported by {@link listen}, all at once. */
  override addHandler(
    pattern: unknown,
    callback: MessageHandler,
    isEventHandler = false,
    extras: Record<string, unknown> = {},
  ): void {
    // Nest would make "{}" of it
    const route =
      pattern instanceof RegExp ? `${pattern} ` : this.normalizePattern(pattern as string);
    callback.isEventHandler = isEventHandler;
    callback.extras = extras;
    // the base class would chain handlers of one pattern: then one queue counts, and one failure
    // fails all. Ours stand each for itself; the map is what getHandlers() shows.
    if (!this.messageHandlers.has(route)) this.messageHandlers.set(route, callback);
    const kind = isEventHandler ? 'event' : 'request';
    this.lifecycle.declare({ route, kind, callback, extras });
  }

  /** Says at which methods patterns stand, for errors to name; `NatsModule` does it. */
  locateHandlers(places: readonly HandlerPlace[]): void {
    this.places.add(places);
  }

  /**
   * Adds a handler by a call instead of a decorator, before or after {@link listen}. It gets the
   * payload and the context as they are: guards, pipes and filters are for controllers. With a
   * `stream` among the options it consumes that; with a `batch`, several messages at a time.
   *
   * @returns a handle to take it out again
   * @throws NatsTransportError `INVALID_SUBJECT`, `INVALID_OPTIONS`, `DUPLICATE_HANDLER`,
   * `PERMISSION_DENIED`, `TIMEOUT`, and what is wrong with the stream or consumer; before
   * {@link listen} faults are reported by that
   */
  registerSubscriber<TData = unknown>(
    subject: string,
    handler: NatsSubscriber<TData>,
    options?: RegisterOptions,
  ): Promise<Registration>;
  registerSubscriber<TData = unknown>(
    subject: string,
    handler: NatsBatchSubscriber<TData>,
    options: NatsConsumeOptions & { batch: BatchOptions },
  ): Promise<Registration>;
  registerSubscriber<TData = unknown>(
    subject: string,
    handler: NatsStreamSubscriber<TData>,
    options: NatsConsumeOptions,
  ): Promise<Registration>;
  async registerSubscriber(
    subject: string,
    handler: (data: never, context: never) => unknown,
    options: RegisterOptions | NatsConsumeOptions = {},
  ): Promise<Registration> {
    const declaration = declarationOf(subject, handler, options);
    await this.lifecycle.register(declaration);
    return { remove: () => this.lifecycle.unregister(declaration) };
  }

  /**
   * Connects and subscribes; Nest calls it for `app.listen()` and `startAllMicroservices()`.
   *
   * @param callback receives the error, or nothing and the {@link NatsListenInfo}; never both.
   * Errors are those of {@link registerSubscriber} for all handlers, and `CONNECTION_FAILED`
   */
  async listen(callback: (error?: unknown, info?: NatsListenInfo) => void): Promise<void> {
    await this.lifecycle.start().then((info) => callback(undefined, info), callback);
  }

  /**
   * Tells whether messages reach the handlers: it listens, the connection stands, the server lets it
   * subscribe, and the consumers of streams get messages.
   */
  readiness(): NatsReadiness {
    return this.lifecycle.session?.readiness ?? readinessOf(['The strategy does not listen.']);
  }

  /** Stops in order; see the class. */
  async close(): Promise<void> {
    await this.lifecycle.stop();
  }

  /** Ends the waiting of {@link close}, if it waits: as if `shutdownTimeoutMs` were over. */
  hasten(): void {
    this.lifecycle.hasten();
  }

  /** Listens to an event of the connection or of messages; possible before {@link listen}. @see NatsEvents */
  on<K extends keyof NatsEvents>(event: K, callback: NatsEvents[K]): void {
    this.hub.on(event, callback);
  }

  /**
   * Gives the connection of the NATS client, for what this class has no method for.
   *
   * @throws NatsTransportError `NOT_CONNECTED` before {@link listen} has succeeded
   */
  unwrap<T = NatsConnection>(): T {
    const { current } = this.settings.connection;
    if (this.lifecycle.session !== undefined && current !== undefined) return current as T;
    const what = 'Not initialized: call listen() or startAllMicroservices() before unwrap().';
    throw new NatsTransportError('NOT_CONNECTED', what);
  }

  /** Sets what runs before each message is handled, and calls its `done` (Nest 12). */
  override setOnProcessingStartHook(hook: StartHook): void {
    this.hooks.onStart = hook;
  }

  /** Sets what runs when a message has been handled, its answers sent (Nest 12). */
  override setOnProcessingEndHook(hook: EndHook): void {
    this.hooks.onEnd = hook;
  }
}
