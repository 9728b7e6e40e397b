import { setMaxListeners } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LoggerService } from '@nestjs/common';
import type { CancelInbox } from '../core/cancel-inbox.js';
import { type NatsReadiness, readinessOf } from '../connection/readiness.js';
import type { SharedConnection } from '../connection/shared-connection.js';
import { diffLine } from '../jetstream/api/config-diff.js';
import type { ServiceResponder } from '../micro/service-responder.js';
import type { StreamDeclaration } from '../jetstream/stream/stream-declaration.js';
import type { ConsumerState, HandlerLoad } from '../events/participant.js';
import type { NatsListenInfo } from './listen-info.js';
import { ListenReport } from './listen-report.js';
import { failureText } from './handling/handler-result.js';
import type { Bindings } from './core/bindings.js';
import type { ReplyRefusals } from './core/reply-refusals.js';
import { isConsumer } from './consume/consumer-table.js';
import type { Consumers } from './consume/consumers.js';
import type { Processing } from './handling/processing.js';
import { streamAnswerWarnings } from './stream-answer-warnings.js';
import type { Declaration, Declarer } from './declaration.js';
import { LateStart } from './late-start.js';
import type { Turns } from './turns.js';

/** What a {@link Session} works with. */
export interface SessionOptions {
  /** Hears of callers that call their streamed answers off. */
  readonly cancels: CancelInbox;
  /** Hears of answers that the server refuses. */
  readonly replies: ReplyRefusals;
  readonly connection: SharedConnection;
  /** Answers those who look for services, if the strategy is one. */
  readonly service: ServiceResponder | undefined;
  /** In which handlers are bound and taken out. */
  readonly turns: Turns;
  /** The streams this application declares. */
  readonly streams: readonly StreamDeclaration[];
  /** How long the end may take, in milliseconds. */
  readonly shutdownTimeoutMs: number;
  readonly logger: LoggerService;
}

/**
 * Is what lasts from `listen()` to `close()`: the handlers of core NATS and those of streams, bound to
 * one connection, and the messages under way. It holds the connection until it has finished.
 */
export class Session implements Declarer {
  /** When the end is to be over, by `performance.now()`. */
  private deadline = Infinity;
  /** Aborts when nobody is to be waited for any longer. */
  private readonly haste = heardByMany();
  private lateStart: LateStart | undefined;

  constructor(
    private readonly options: SessionOptions,
    private readonly processing: Processing,
    private readonly core: Bindings,
    private readonly consumers: Consumers,
  ) {}

  /** Describes what is bound. */
  get info(): NatsListenInfo {
    const { core, consumers, options } = this;
    const { connection, service, streams: declared } = options;
    const { current: server } = connection;
    return {
      server: server?.getServer(),
      serverVersion: server?.info?.version,
      subscriptions: core.info,
      consumers: consumers.info,
      streams: consumers.streams.map(({ name, action, diffs }) => ({
        name,
        action,
        changes: diffs.map(diffLine),
      })),
      warnings: [
        ...core.warnings,
        ...streamAnswerWarnings(core.info, declared),
        ...(service?.warnings ?? []),
      ],
    };
  }

  /** Tells what the handlers have to do. */
  get load(): HandlerLoad[] {
    return [...this.core.load, ...this.consumers.load];
  }

  /** Asks the server how the consumers stand. */
  consumerStates(): Promise<ConsumerState[]> {
    return this.consumers.states();
  }

  /** How many messages are worked on, or wait for it. */
  get underWay(): number {
    return this.processing.inFlight.size;
  }

  /** Says what is bound, and what was done for it, for the log. */
  get report(): ListenReport {
    return new ListenReport(this.info, this.consumers.report);
  }

  /** Checks a handler, and takes it up. @throws NatsTransportError what is wrong with it */
  declare(declaration: Declaration): void {
    this.home(declaration).declare(declaration);
  }

  /** Takes a handler back that is not bound. */
  undeclare(declaration: Declaration): void {
    this.home(declaration).undeclare(declaration);
  }

  /**
   * Binds the handlers that have been declared since. If it fails some are bound: end the session, or try
   * again.
   *
   * @throws NatsTransportError what the server refuses
   */
  async bind(): Promise<void> {
    this.options.replies.listen();
    await this.core.bind();
    await this.consumers.bind();
    // who looks for services finds what is there
    await this.options.service?.start();
  }

  /** Binds the handlers when there is a connection, and tries until it has succeeded. */
  bindLater(): void {
    const { connection, turns, logger } = this.options;
    const told = new Set(this.info.warnings);
    const bind = async (): Promise<void> => {
      await turns.run(() => this.bind());
      logger.log(this.report);
      for (const line of this.info.warnings) if (!told.has(line)) logger.warn(line);
    };
    this.lateStart = new LateStart({ connection, logger, bind });
  }

  /** Tells whether messages reach the handlers. */
  get readiness(): NatsReadiness {
    const { lateStart, core, consumers } = this;
    const { trouble } = this.options.connection;
    const late = lateStart?.trouble === undefined ? [] : [lateStart.trouble];
    const own = [...late, ...core.troubles, ...consumers.troubles];
    const reasons = own.map((reason) => `The strategy ${reason}`);
    return readinessOf(trouble === undefined ? reasons : [trouble, ...reasons]);
  }

  /** Binds one more handler, or lets it be bound with the others. @throws NatsTransportError what is wrong with it */
  async add(declaration: Declaration): Promise<void> {
    this.declare(declaration);
    if (this.lateStart?.trouble !== undefined) return;
    try {
      await this.home(declaration).bind();
    } catch (error) {
      this.undeclare(declaration);
      throw error;
    }
  }

  /** Takes a handler out; what is under way comes to its end. */
  remove(declaration: Declaration): Promise<void> {
    return this.home(declaration).remove(declaration);
  }

  /**
   * Takes no more messages; resolves when what the server had sent by then has been taken or given
   * back. From now on the time runs that the end may take. Does not fail.
   */
  async stopTaking(): Promise<void> {
    const { shutdownTimeoutMs, service, logger } = this.options;
    this.lateStart?.stop();
    this.deadline = performance.now() + shutdownTimeoutMs;
    const stopped = Promise.all([
      service?.stop(shutdownTimeoutMs, this.haste.signal),
      this.core.drain(shutdownTimeoutMs, this.haste.signal),
      this.consumers.stop(),
    ]);
    try {
      // a server that hangs confirms nothing
      await Promise.race([stopped, aborted(this.haste.signal)]);
    } catch (error) {
      logger.warn(`Subscriptions did not drain: ${failureText(error)}`);
    }
  }

  /**
   * Waits for the handlers under way, their answers and acknowledgements, and leaves the connection.
   * Handlers that still run when the time is over are told by their context's signal, and messages
   * that wait are not handled. Does not fail.
   *
   * The NATS client's own drain does not wait for asynchronous handlers.
   */
  async finish(): Promise<void> {
    const { connection, cancels, replies, shutdownTimeoutMs, logger } = this.options;
    const leftMs = Math.max(0, this.deadline - performance.now());
    const left = await this.processing.inFlight.settled(leftMs, this.haste.signal);
    if (left > 0) {
      const why = this.haste.signal.aborted ? 'in haste' : `after ${shutdownTimeoutMs} ms`;
      logger.error(`Closing while ${left} messages are under way, ${why}`);
      this.processing.abort();
      this.consumers.abandon();
      // what ends at once is still answered
      await nextTurn();
    }
    cancels.close();
    try {
      await this.consumers.release();
      await connection.release();
    } catch (error) {
      logger.error(`The connection could not be closed: ${failureText(error)}`);
    }
    // the last answers may have been refused
    replies.close();
  }

  /** Waits no longer, or not at all if waiting has not begun. */
  hasten(): void {
    this.haste.abort();
  }

  private home(declaration: Declaration): Bindings | Consumers {
    return isConsumer(declaration) ? this.consumers : this.core;
  }
}

/** Each subscription that ends listens to the signal, and Node takes more than ten for a leak. */
function heardByMany(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
