import type { NatsConnection } from '@nats-io/transport-node';
import type { LoggerService } from '@nestjs/common';
import { CancelInbox } from '../core/cancel-inbox.js';
import { ReplyPolicy } from '../core/reply-policy.js';
import { composeInterceptors, type InterceptorChain } from '../interceptor/compose.js';
import type { MessageEvents } from '../events/message-events.js';
import { NestReplyFormat } from '../message/nest-envelope.js';
import { ServiceResponder } from '../micro/service-responder.js';
import type { Declaration } from './declaration.js';
import { Bindings, type MessageSink } from './bindings.js';
import { Consumers } from './consume/consumers.js';
import { newTally } from './counters.js';
import { FailureLog } from './failure-log.js';
import { guardedReader } from './guarded-reader.js';
import { HandlerRunner, type HandlerRunnerOptions } from './handler-runner.js';
import { type IncomingReader, incomingReader } from './incoming.js';
import type { ResolvedStrategyOptions } from './options.js';
import { Processing } from './processing.js';
import type { ProcessingHooks } from './processing-hooks.js';
import { Session } from './session.js';

/** What an {@link Engine} needs of its strategy. */
export interface EngineOptions {
  readonly settings: ResolvedStrategyOptions;
  readonly hooks: ProcessingHooks;
  readonly events: MessageEvents;
  readonly logger: LoggerService;
  /** Turns a pattern into text, as Nest does. */
  readonly routeOf: (pattern: never) => string;
  /** Tells the methods a pattern stands at, as far as known. */
  readonly placesOf: (route: string) => readonly string[];
}

/** Runs the handlers of a strategy, over any number of times that it listens. */
export class Engine {
  /** Counts what was refused. */
  readonly tally = newTally();
  private readonly read: IncomingReader;
  private readonly chain: InterceptorChain | undefined;
  private readonly failures: FailureLog;
  private readonly runnerOptions: HandlerRunnerOptions;

  constructor(private readonly options: EngineOptions) {
    const { settings, logger, routeOf, events } = options;
    const { connection, replyPrefixes, interceptors, envelope, maxPayloadBytes } = settings;
    const read = incomingReader({ ...settings, routeOf });
    this.read = guardedReader(read, maxPayloadBytes, this.tally);
    this.chain = composeInterceptors(interceptors);
    this.failures = new FailureLog(logger, this.tally);
    this.runnerOptions = {
      connection,
      read: this.read,
      // a peer on Nest's envelope takes what has no envelope for a value
      unreadReplyFormat: envelope === 'nest' ? new NestReplyFormat() : undefined,
      replyPolicy: new ReplyPolicy([connection.options.inboxPrefix, ...replyPrefixes]),
      failures: this.failures,
      events,
    };
  }

  /**
   * Connects, and opens a session with these handlers bound.
   *
   * @throws NatsTransportError `CONNECTION_FAILED`, and as {@link Session.bindAll}
   */
  async open(declarations: readonly Declaration[]): Promise<Session> {
    const { connection: shared } = this.options.settings;
    shared.retain();
    let session: Session;
    try {
      session = this.sessionOn(await shared.connect());
    } catch (error) {
      await shared.release();
      throw error;
    }
    try {
      await session.bindAll(declarations);
      return session;
    } catch (error) {
      // what came to those that were bound already is not dropped
      await session.stopTaking();
      await session.finish();
      throw error;
    }
  }

  private sessionOn(connection: NatsConnection): Session {
    const { settings, hooks, logger, placesOf, events } = this.options;
    const { connection: shared, jetstream } = settings;
    const processing = new Processing({
      hooks,
      chain: this.chain,
      server: () => shared.current?.getServer(),
    });
    const { connectTimeoutMs, inboxPrefix } = shared.options;
    const cancels = new CancelInbox(connection, inboxPrefix, (filter, error) =>
      this.failures.cancelsRefused(filter, error),
    );
    const runner = new HandlerRunner(processing, cancels, this.runnerOptions);
    const defaults = { ...settings, isService: settings.service !== undefined, placesOf };
    const sink: MessageSink = {
      listening: (filters) => this.runnerOptions.replyPolicy.keepOff(filters),
      receive: (group, message) => runner.receive(group, message),
      fail: (group, error) => this.failures.subscription(group.filter, error),
    };
    const { shutdownTimeoutMs } = settings;
    const { streams } = jetstream;
    const bindings = new Bindings(connection, connectTimeoutMs, sink, defaults);
    const service = this.serviceOf(connection, bindings);
    return new Session(
      {
        server: connection,
        connection: shared,
        service,
        cancels,
        streams,
        shutdownTimeoutMs,
        logger,
      },
      processing,
      bindings,
      new Consumers({
        connection: shared,
        settings: jetstream,
        read: this.read,
        processing,
        defaults,
        events,
        logger,
      }),
    );
  }

  private serviceOf(server: NatsConnection, bindings: Bindings): ServiceResponder | undefined {
    const { service, connection } = this.options.settings;
    if (service === undefined) return undefined;
    return new ServiceResponder({
      connection,
      server,
      service,
      confirmMs: connection.options.connectTimeoutMs,
      replyPolicy: this.runnerOptions.replyPolicy,
      endpoints: () => bindings.endpoints,
      replyRefused: (subject, reply) => this.failures.serviceReplyRefused(subject, reply),
      fail: (subject, error) => this.failures.subscription(subject, error),
    });
  }
}
