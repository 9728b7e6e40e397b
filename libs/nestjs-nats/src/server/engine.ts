import type { LoggerService } from '@nestjs/common';
import { quote } from '../errors/quote.js';
import { CancelInbox } from '../core/cancel-inbox.js';
import { ReplyPolicy } from '../core/reply-policy.js';
import { type ChainSource, composeInterceptors } from '../interceptor/compose.js';
import type { MessageEvents } from '../events/message-events.js';
import { NestReplyFormat } from '../message/nest-envelope.js';
import { ServiceResponder } from '../micro/service-responder.js';
import { type Declaration, declareAll } from './declaration.js';
import { Bindings, type MessageSink } from './core/bindings.js';
import { Consumers } from './consume/consumers.js';
import { newTally } from './counters.js';
import { FailureLog } from './failure-log.js';
import { guardedReader } from './handling/guarded-reader.js';
import { HandlerRunner, type HandlerRunnerOptions } from './core/handler-runner.js';
import { ReplyRefusals } from './core/reply-refusals.js';
import { type IncomingReader, incomingReader } from './handling/incoming.js';
import type { ResolvedStrategyOptions } from './options.js';
import { Processing } from './handling/processing.js';
import type { ProcessingHooks } from './handling/processing-hooks.js';
import { Session } from './session.js';
import type { Turns } from './turns.js';
import type { PlacesOf } from './places.js';

/** What an {@link Engine} needs of its strategy. */
export interface EngineOptions {
  readonly settings: ResolvedStrategyOptions;
  /** In which handlers are bound and taken out. */
  readonly turns: Turns;
  readonly hooks: ProcessingHooks;
  readonly events: MessageEvents;
  readonly logger: LoggerService;
  /** Turns a pattern into text, as Nest does. */
  readonly routeOf: (pattern: never) => string;
  /** Tells the methods a pattern stands at, as far as known. */
  readonly placesOf: PlacesOf;
}

/** Runs the handlers of a strategy, over any number of times that it listens. */
export class Engine {
  /** Counts what was refused. */
  readonly tally = newTally();
  private readonly read: IncomingReader;
  private readonly chain: ChainSource;
  private readonly failures: FailureLog;
  private readonly runnerOptions: HandlerRunnerOptions;

  constructor(private readonly options: EngineOptions) {
    const { settings, logger, routeOf, events } = options;
    const { connection, replyPrefixes, interceptors, envelope } = settings;
    const read = incomingReader({ ...settings, routeOf });
    this.read = guardedReader(read, settings, this.tally);
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
   * Connects, and opens a session with these handlers bound; or to be bound, if there is no server and
   * the options are to wait for one.
   *
   * @throws NatsTransportError every fault of the handlers at once; `CONNECTION_FAILED`; and as
   * {@link Session.bind}
   */
  async open(declarations: readonly Declaration[]): Promise<Session> {
    const { connection: shared } = this.options.settings;
    shared.retain();
    let session: Session;
    let connected: boolean;
    try {
      session = this.newSession();
      declareAll(session, declarations);
      connected = (await shared.reach()) !== undefined;
    } catch (error) {
      await shared.release();
      throw error;
    }
    try {
      if (connected) await session.bind();
      else session.bindLater();
      return session;
    } catch (error) {
      // what came to those that were bound already is not dropped
      await session.stopTaking();
      await session.finish();
      throw error;
    }
  }

  private newSession(): Session {
    const { settings, turns, hooks, logger, placesOf, events } = this.options;
    const { connection: shared, jetstream } = settings;
    const processing = new Processing({
      hooks,
      chain: this.chain,
      server: () => shared.current?.getServer(),
    });
    const { connectTimeoutMs, inboxPrefix } = shared.options;
    const cancels = new CancelInbox(shared, inboxPrefix, (filter, error) =>
      this.failures.cancelsRefused(filter, error),
    );
    const { replyPolicy } = this.runnerOptions;
    const replies = new ReplyRefusals(shared.events, replyPolicy, this.failures);
    const runner = new HandlerRunner(processing, cancels, replies, this.runnerOptions);
    const defaults = { ...settings, isService: settings.service !== undefined, placesOf };
    const sink: MessageSink = {
      listening: (filters) => replyPolicy.keepOff(filters),
      receive: (group, message) => runner.receive(group, message),
      fail: (group, error) => this.failures.subscription(group.filter, error),
      accepted: (group) => logger.log(`Subscription to ${quote(group.filter)}: accepted again`),
    };
    const { shutdownTimeoutMs } = settings;
    const { streams } = jetstream;
    const bindings = new Bindings(shared, connectTimeoutMs, sink, defaults);
    const service = this.serviceOf(bindings);
    return new Session(
      { connection: shared, turns, service, cancels, replies, streams, shutdownTimeoutMs, logger },
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

  private serviceOf(bindings: Bindings): ServiceResponder | undefined {
    const { service, connection } = this.options.settings;
    if (service === undefined) return undefined;
    return new ServiceResponder({
      connection,
      service,
      confirmMs: connection.options.connectTimeoutMs,
      replyPolicy: this.runnerOptions.replyPolicy,
      endpoints: () => bindings.endpoints,
      replyRefused: (subject, reply) => this.failures.serviceReplyRefused(subject, reply),
      fail: (subject, error) => this.failures.subscription(subject, error),
    });
  }
}
