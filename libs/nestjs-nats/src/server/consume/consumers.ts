import type { LoggerService } from '@nestjs/common';
import type { SharedConnection } from '../../connection/shared-connection.js';
import type { DeadLetterEvent } from '../../events/handling-events.js';
import type { MessageEvents } from '../../events/message-events.js';
import type { ConsumerState, HandlerLoad } from '../../events/participant.js';
import { quote } from '../../errors/quote.js';
import { JetStreamApi } from '../../jetstream/api/js-api.js';
import { Patience } from '../../jetstream/api/patience.js';
import { DeadLetterPublisher } from '../../jetstream/dead-letter/dead-letter-publisher.js';
import { MaxDeliveriesNet } from '../../jetstream/dead-letter/max-deliveries-net.js';
import { AttemptLog } from '../../jetstream/settlement/attempt-log.js';
import { DEFAULT_MAX_AGE_MS } from '../../jetstream/settlement/attempt-log-options.js';
import { Quarantine } from '../../jetstream/settlement/quarantine.js';
import { planTable } from '../../jetstream/stream/plan-table.js';
import type { StreamPlan } from '../../jetstream/stream/stream-plan.js';
import { ConsumeLog } from './consume-log.js';
import { ConsumerCalls } from './consumer-calls.js';
import type { ConsumeDefaults } from './consumer-options.js';
import { consumerReport } from './consumer-info.js';
import { type ConsumerGroup, ConsumerTable } from './consumer-table.js';
import { provideStreams } from './provide-streams.js';
import { LiveConsumer } from './live-consumer.js';
import { failureText } from '../handling/handler-result.js';
import type { IncomingReader } from '../handling/incoming.js';
import type { Processing } from '../handling/processing.js';
import type { Declaration, Declarer } from '../declaration.js';
import type { ConsumerInfo } from '../listen-info.js';
import { type JetStreamSettings, storeOf } from './jetstream-settings.js';

/** What {@link Consumers} work with. */
export interface ConsumersOptions {
  readonly connection: SharedConnection;
  readonly settings: JetStreamSettings;
  readonly read: IncomingReader;
  readonly processing: Processing;
  readonly defaults: ConsumeDefaults;
  readonly events: MessageEvents;
  readonly logger: LoggerService;
}

/** Keeps the handlers of streams of a strategy that listens bound to consumers. */
export class Consumers implements Declarer {
  private readonly table: ConsumerTable;
  private readonly live = new Map<ConsumerGroup, LiveConsumer>();
  /** Take no more messages, and are left when those under way have ended. */
  private readonly leaving = new Set<LiveConsumer>();
  private readonly api: JetStreamApi;
  private readonly calls: ConsumerCalls;
  private readonly log: ConsumeLog;
  private readonly quarantine = new Quarantine();
  private readonly attemptLog: AttemptLog | undefined;
  private readonly deadLetters: DeadLetterPublisher;
  private net: MaxDeliveriesNet | undefined;
  private plan: StreamPlan = [];

  constructor(private readonly options: ConsumersOptions) {
    const { connection, settings, defaults, logger } = options;
    const { attemptLog, provision } = settings;
    const rememberedMs =
      attemptLog === false ? undefined : (attemptLog.maxAgeMs ?? DEFAULT_MAX_AGE_MS);
    this.table = new ConsumerTable({ ...defaults, rememberedMs });
    this.api = new JetStreamApi(connection, settings.jetstream);
    this.log = new ConsumeLog(logger);
    this.calls = new ConsumerCalls(options.read, options.processing, (failure) =>
      this.log.trouble('A handler or interceptor failed after an interceptor had ended', failure),
    );
    const create = provision === 'create' || provision === 'update';
    const report = (error: unknown): void =>
      this.log.trouble('The attempt log cannot be used', error);
    this.attemptLog =
      attemptLog === false
        ? undefined
        : new AttemptLog(connection, settings.jetstream, { ...attemptLog, create, report });
    this.deadLetters = new DeadLetterPublisher(connection, {
      timeoutMs: settings.jetstream.apiTimeoutMs,
      report: (failure) => this.log.notKept(failure),
    });
  }

  /** Describes the consumers. */
  get info(): ConsumerInfo[] {
    return [...this.live.values()].map((consumer) => consumer.info);
  }

  /** Tells what the handlers have to do. */
  get load(): HandlerLoad[] {
    return [...this.live.values()].flatMap((consumer) => consumer.load);
  }

  /** Asks the server how the consumers stand. */
  async states(): Promise<ConsumerState[]> {
    const states = await Promise.all([...this.live.values()].map((one) => one.state()));
    return states.filter((state) => state !== undefined);
  }

  /** Says which consumers get no messages or cannot give any up, and why. */
  get troubles(): string[] {
    const { settings } = this.options;
    const refusals = this.net?.refusals ?? [];
    const letters = [...this.deadLetters.troubles, ...(this.net?.troubles ?? [])];
    return [
      ...[...this.live.values()].flatMap(troublesOf),
      ...letters.map(
        ({ subject, error }) =>
          `cannot store dead letters ${storeOf(subject, settings)}: ${failureText(error)}`,
      ),
      ...refusals.map(({ message }) => `does not hear what servers give up: ${message}`),
    ];
  }

  /** Says what was done about streams and consumers, for the log. */
  get report(): string[] {
    const streams = this.plan.length === 0 ? [] : [`Streams:\n${planTable(this.plan)}`];
    return [...streams, ...consumerReport(this.info)];
  }

  /** What was done about streams. */
  get streams(): StreamPlan {
    return this.plan;
  }

  /** Checks a handler, and takes it up; {@link bind} binds it. Throws as {@link ConsumerTable.add}. */
  declare(declaration: Declaration): void {
    this.table.add(declaration);
  }

  /** Takes a handler back that is not bound. */
  undeclare(declaration: Declaration): void {
    this.table.remove(declaration);
  }

  /**
   * Makes sure of streams and consumers, and starts to take messages, for all handlers that have
   * been declared since, or for none.
   *
   * @throws NatsTransportError what is wrong with streams, consumers and permissions
   */
  async bind(): Promise<void> {
    const groups = this.table.groups.filter((group) => !this.live.has(group));
    const { settings } = this.options;
    const { streams, givenUpBy } = settings;
    if (groups.length === 0 && streams.length === 0 && givenUpBy.length === 0) return;
    this.plan = await new Patience(settings.jetstream).try(() =>
      provideStreams(this.api, settings, groups),
    );
    const added = groups.map((group) => [group, this.liveConsumer(group)] as const);
    try {
      await Promise.all(added.map(([, live]) => live.start()));
      await (this.net ??= this.makeNet())?.start();
    } catch (error) {
      await Promise.all(added.map(([, live]) => this.leave(live)));
      throw error;
    }
    for (const [group, live] of added) this.live.set(group, live);
  }

  /** Takes a handler out; messages under way are finished. Its durable stays. */
  async remove(declaration: Declaration): Promise<void> {
    const group = this.table.remove(declaration);
    const live = group && this.live.get(group);
    if (group === undefined || live === undefined || group.entries.length > 0) return;
    this.live.delete(group);
    await this.leave(live);
  }

  /** Takes no more messages. What has been taken goes on, unless it waits. */
  async stop(): Promise<void> {
    this.deadLetters.stop();
    this.quarantine.close();
    await Promise.all([...this.live.values()].map((live) => live.stop()));
    await this.net?.stop();
  }

  /** Leaves what is still under way. */
  abandon(): void {
    for (const live of [...this.live.values(), ...this.leaving]) live.abandon();
  }

  /** Leaves the consumers, when no message is under way any more. */
  async release(): Promise<void> {
    const all = [...this.live.values(), ...this.leaving];
    await Promise.all(all.map((live) => live.release()));
    this.live.clear();
  }

  /** Is not to wait for handlers under way: one of them may be asking for it. */
  private async leave(live: LiveConsumer): Promise<void> {
    this.leaving.add(live);
    await live.stop();
    void live
      .idle()
      .then(() => live.release())
      .finally(() => this.leaving.delete(live));
  }

  private makeNet(): MaxDeliveriesNet | undefined {
    const { connection, settings, events } = this.options;
    const { givenUpBy: consumers, deadLetters, jetstream } = settings;
    if (consumers.length === 0 || deadLetters === false) return undefined;
    const report = (what: string, error: unknown): void => this.log.trouble(what, error);
    const stored = (letter: DeadLetterEvent): void => events.tell('deadLetter', letter);
    return new MaxDeliveriesNet(connection, { consumers, deadLetters, jetstream, report, stored });
  }

  private liveConsumer(group: ConsumerGroup): LiveConsumer {
    const { connection, settings, processing, defaults } = this.options;
    return new LiveConsumer(group, {
      connection,
      api: this.api,
      settings,
      placesOf: defaults.placesOf,
      inFlight: processing.inFlight,
      calls: this.calls,
      log: this.log,
      events: this.options.events,
      quarantine: this.quarantine,
      attemptLog: this.attemptLog,
      deadLetters: this.deadLetters,
    });
  }
}

function troublesOf({ trouble, info: { consumer, stream } }: LiveConsumer): string[] {
  if (trouble === undefined) return [];
  const name = `${quote(consumer)} of ${quote(stream)}`;
  return [`gets no messages of the consumer ${name}: ${failureText(trouble)}`];
}
