import type { NatsConnection } from '@nats-io/transport-node';
import { Logger } from '@nestjs/common';
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import type { Observable } from 'rxjs';
import type { NatsEvents, NatsStatus } from '../connection/events.js';
import { ReplyPolicy } from '../core/reply-policy.js';
import { NatsTransportError } from '../errors/transport-error.js';
import { composeInterceptors, type InterceptorChain } from '../interceptor/compose.js';
import type { NatsMessageContext } from '../message/context.js';
import { NestReplyFormat } from '../message/nest-envelope.js';
import { NATS_TRANSPORT } from '../decorators/transport-id.js';
import { Bindings } from './bindings.js';
import { FailureLog } from './failure-log.js';
import { finish } from './finish.js';
import { HandlerRunner, type HandlerRunnerOptions } from './handler-runner.js';
import type { Declaration } from './handler-table.js';
import { incomingReader } from './incoming.js';
import type { NatsListenInfo } from './listen-info.js';
import {
  type NatsStrategyOptions,
  type ResolvedStrategyOptions,
  resolveStrategyOptions,
} from './options.js';
import { Processing } from './processing.js';
import { type EndHook, ProcessingHooks, type StartHook } from './processing-hooks.js';
import type { NatsSubscriber, RegisterOptions, Registration } from './registration.js';

/** Where a handler's pattern stands in the application. */
export interface HandlerPlace {
  readonly pattern: unknown;
  /** `Class.method` */
  readonly place: string;
}

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
  private readonly failures = new FailureLog(this.logger);
  private readonly hooks = new ProcessingHooks(this.logger, () => this.transportId);
  private readonly chain: InterceptorChain | undefined;
  private readonly runnerOptions: HandlerRunnerOptions;
  private readonly declarations: Declaration[] = [];
  /** By pattern as text: the methods it stands at, as far as known. */
  private readonly places = new Map<string, string[]>();
  private bindings: Bindings | undefined;
  private processing: Processing | undefined;
  private starting: Promise<NatsListenInfo> | undefined;
  private closing: Promise<void> | undefined;

  /** @throws NatsTransportError `INVALID_OPTIONS` that names every fault */
  constructor(options: NatsStrategyOptions = {}) {
    super();
    this.settings = resolveStrategyOptions(options);
    const { connection, replyPrefixes, interceptors } = this.settings;
    this.chain = composeInterceptors(interceptors);
    this.runnerOptions = {
      connection,
      read: incomingReader({
        ...this.settings,
        routeOf: (pattern) => this.normalizePattern(pattern),
      }),
      // a peer on Nest's envelope takes what has no envelope for a value
      unreadReplyFormat: this.settings.envelope === 'nest' ? new NestReplyFormat() : undefined,
      replyPolicy: new ReplyPolicy([connection.options.inboxPrefix, ...replyPrefixes]),
      failures: this.failures,
    };
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
    // Nest would make "{}" of it
    const route =
      pattern instanceof RegExp ? `${pattern} ` : this.normalizePattern(pattern as string);
    callback.isEventHandler = isEventHandler;
    callback.extras = extras;
    // the base class would chain handlers of one pattern: then one queue counts, and one failure
    // fails all. Ours stand each for itself; the map is what getHandlers() shows.
    if (!this.messageHandlers.has(route)) this.messageHandlers.set(route, callback);
    this.declarations.push({ route, kind: isEventHandler ? 'event' : 'request', callback, extras });
  }

  /** Says at which methods patterns stand, for errors to name; `NatsModule` does it. */
  locateHandlers(places: readonly HandlerPlace[]): void {
    for (const { pattern, place } of places) {
      const route = this.normalizePattern(pattern as string);
      this.places.set(route, [...(this.places.get(route) ?? []), place]);
    }
  }

  /**
   * Adds a handler by a call instead of a decorator, before or after {@link listen}. It gets the
   * payload and the context as they are: guards, pipes and filters are for controllers.
   *
   * @returns a handle to take it out again
   * @throws NatsTransportError `INVALID_SUBJECT`, `INVALID_OPTIONS`, `DUPLICATE_HANDLER`,
   * `PERMISSION_DENIED`, `TIMEOUT` when the server does not confirm the subscription; before
   * {@link listen} faults are reported by that
   */
  async registerSubscriber<TData = unknown>(
    subject: string,
    handler: NatsSubscriber<TData>,
    options: RegisterOptions = {},
  ): Promise<Registration> {
    const { respond = false, ...extras } = options;
    const declaration: Declaration = {
      route: subject,
      kind: respond ? 'request' : 'event',
      callback: async (data, context) => handler(data as TData, context as NatsMessageContext),
      extras: { ...extras },
    };
    // one that comes while the strategy starts is not among those it binds
    await this.starting?.catch(() => undefined);
    await this.bindings?.add(declaration);
    this.declarations.push(declaration);
    return { remove: () => this.unregister(declaration) };
  }

  /**
   * Connects and subscribes; Nest calls it for `app.listen()` and `startAllMicroservices()`.
   *
   * @param callback receives the error, or nothing and the {@link NatsListenInfo}; never both.
   * Errors are those of {@link registerSubscriber} for all handlers, and `CONNECTION_FAILED`
   */
  async listen(callback: (error?: unknown, info?: NatsListenInfo) => void): Promise<void> {
    let info: NatsListenInfo;
    try {
      info = await (this.starting ??= this.start());
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

  /** Listens to an event of the connection; possible before {@link listen}. @see NatsEvents */
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
    if (this.bindings !== undefined && current !== undefined) return current as T;
    throw new NatsTransportError(
      'NOT_CONNECTED',
      'Not initialized: call listen() or startAllMicroservices() before unwrap().',
    );
  }

  /** Sets what runs before each message is handled, and calls its `done` (Nest 12). */
  override setOnProcessingStartHook(hook: StartHook): void {
    this.hooks.onStart = hook;
  }

  /** Sets what runs when a message has been handled, its answers sent (Nest 12). */
  override setOnProcessingEndHook(hook: EndHook): void {
    this.hooks.onEnd = hook;
  }

  private async start(): Promise<NatsListenInfo> {
    const { connection: shared } = this.settings;
    shared.retain();
    try {
      const connection = await shared.connect();
      const processing = new Processing({ hooks: this.hooks, chain: this.chain });
      const runner = new HandlerRunner(processing, this.runnerOptions);
      const bindings = new Bindings(
        connection,
        shared.options.connectTimeoutMs,
        {
          receive: (group, message) => runner.receive(group, message),
          fail: (group, error) => this.failures.subscription(group.filter, error),
        },
        { ...this.settings, placesOf: (route) => this.places.get(route) ?? [] },
      );
      await bindings.addAll(this.declarations);
      this.bindings = bindings;
      this.processing = processing;
      for (const warning of bindings.warnings) this.logger.warn(warning);
      return {
        server: connection.getServer(),
        serverVersion: connection.info?.version ?? 'unknown',
        subscriptions: bindings.info,
        warnings: bindings.warnings,
      };
    } catch (error) {
      this.starting = undefined;
      await shared.release();
      throw error;
    }
  }

  private async stop(): Promise<void> {
    // a start that is under way ends first; one that failed has left nothing
    await this.starting?.catch(() => undefined);
    this.starting = undefined;
    const { bindings, processing } = this;
    if (bindings === undefined || processing === undefined) return;
    this.bindings = undefined;
    await finish(bindings, processing, this.settings.shutdownTimeoutMs, this.logger);
    await this.settings.connection.release();
  }

  private async unregister(declaration: Declaration): Promise<void> {
    const at = this.declarations.indexOf(declaration);
    if (at === -1) return;
    this.declarations.splice(at, 1);
    await this.bindings?.remove(declaration);
  }
}
