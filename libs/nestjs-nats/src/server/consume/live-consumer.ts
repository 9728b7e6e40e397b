import type { Msg } from '@nats-io/transport-node';
import type { SharedConnection } from '../../connection/shared-connection.js';
import type { InFlight } from '../../core/in-flight.js';
import type { MessageEvents } from '../../events/message-events.js';
import type { ConsumerState, HandlerLoad } from '../../events/participant.js';
import type { JetStreamApi } from '../../jetstream/api/js-api.js';
import { deleteConsumer } from '../../jetstream/consumer/consumer-admin.js';
import {
  type ConsumerSpec,
  consumerSpec,
  ephemeralName,
  resumedAfter,
} from '../../jetstream/consumer/consumer-config.js';
import type { PlannedConsumer } from '../../jetstream/consumer/consumer-plan.js';
import type { Delivery } from '../../jetstream/pull/delivery.js';
import { DeliveryOrder } from '../../jetstream/pull/delivery-order.js';
import { ensureConsumer } from '../../jetstream/consumer/provision-consumer.js';
import { ResumePosition } from '../../jetstream/pull/resume-position.js';
import { PullLoop } from '../../jetstream/pull/pull-loop.js';
import type { ConsumerNames } from '../../jetstream/pull/pull-request.js';
import type { DeadLetterPublisher } from '../../jetstream/dead-letter/dead-letter-publisher.js';
import { WaitingRoom } from '../../jetstream/dead-letter/waiting-room.js';
import type { AttemptLog } from '../../jetstream/settlement/attempt-log.js';
import { AckPermission } from '../../jetstream/settlement/ack-permission.js';
import { Attempts } from '../../jetstream/settlement/attempts.js';
import type { Quarantine } from '../../jetstream/settlement/quarantine.js';
import { Settle } from '../../jetstream/settlement/settle.js';
import type { ConsumerInfo } from '../listen-info.js';
import { consumerInfo, consumerState } from './consumer-info.js';
import type { ConsumeLog } from './consume-log.js';
import type { ConsumerCalls } from './consumer-calls.js';
import { ConsumerRunner } from './consumer-runner.js';
import { ConsumerEvents } from './consumer-events.js';
import { ConsumerSettler } from './consumer-settler.js';
import type { ConsumerGroup } from './consumer-table.js';
import { keepDeadLetters } from './keep-dead-letter.js';
import { deadLettersTo, type JetStreamSettings } from './jetstream-settings.js';
import type { PlacesOf } from '../places.js';

/** What a {@link LiveConsumer} works with. */
export interface LiveConsumerOptions {
  readonly connection: SharedConnection;
  readonly api: JetStreamApi;
  readonly settings: JetStreamSettings;
  /** Tells the methods a pattern stands at, as far as known. */
  readonly placesOf: PlacesOf | undefined;
  readonly inFlight: InFlight;
  readonly calls: ConsumerCalls;
  readonly log: ConsumeLog;
  readonly events: MessageEvents;
  readonly quarantine: Quarantine;
  readonly attemptLog: AttemptLog | undefined;
  readonly deadLetters: DeadLetterPublisher;
}

/** A handler that is bound to a consumer: what pulls, what runs it, what settles. */
export class LiveConsumer {
  private spec: ConsumerSpec;
  /** What was done about the consumer, the last time. */
  private done: Pick<PlannedConsumer, 'action' | 'diffs'> = { action: 'keep', diffs: [] };
  private readonly order = new DeliveryOrder();
  private readonly position = new ResumePosition();
  private readonly settle: Settle;
  /** Nothing when messages are not acknowledged. */
  private readonly acks: AckPermission | undefined;
  private readonly runner: ConsumerRunner;
  private readonly pull: PullLoop;
  private released: Promise<void> | undefined;

  constructor(
    private readonly group: ConsumerGroup,
    private readonly options: LiveConsumerOptions,
  ) {
    const { connection, api, calls, log, quarantine, inFlight, attemptLog } = options;
    const { ack, concurrency } = group.options;
    this.spec = specOf(group);
    const subject = deadLettersTo(group.options, options.settings, this.spec.name);
    // of batches too: one message that waits holds the place of a whole one
    const room = new WaitingRoom(Math.floor(concurrency / 2));
    const attempts = new Attempts(attemptLog);
    const events = new ConsumerEvents(options.events);
    this.settle = new Settle(connection, {
      confirmed: ack === 'confirmed',
      timeoutMs: api.options.apiTimeoutMs,
      report: (unsettled) => log.unsettled(unsettled),
    });
    this.acks = this.isOrdered ? undefined : this.ackPermission();
    const settler = new ConsumerSettler(group, {
      settle: this.settle,
      attempts,
      keep: subject === undefined ? undefined : keepDeadLetters(options.deadLetters, subject, room),
      settled: ({ delivery }) => {
        if (!this.spec.durable) this.position.end(delivery.streamSequence);
      },
      log,
      events,
    });
    this.runner = new ConsumerRunner(group, {
      calls,
      settler,
      attempts,
      quarantine,
      inFlight,
      log,
      events,
      freed: () => this.pull.freed(),
    });
    this.pull = this.puller();
  }

  /** Describes it. */
  get info(): ConsumerInfo {
    return consumerInfo(this.group, this.spec.name, this.options.placesOf, this.done);
  }

  /** Tells what the handler has to do; for several patterns together, by the first. */
  get load(): HandlerLoad[] {
    const pattern = this.group.entries[0]?.pattern.pattern;
    if (pattern === undefined) return [];
    const { stream, name: consumer } = this.spec;
    return [{ pattern, handler: 'event', stream, consumer, ...this.runner.load }];
  }

  /** Asks the server how the consumer stands; nothing when there is none. */
  state(): Promise<ConsumerState | undefined> {
    return consumerState(this.group, this.spec.name, this.options.api);
  }

  /** Why it gets no messages, while that is so. */
  get trouble(): unknown {
    return this.pull.trouble;
  }

  /** Makes sure of the consumer, and takes messages. Throws as {@link PullLoop.start}. */
  start(): Promise<void> {
    return this.pull.start();
  }

  /** Takes no more messages; resolves when everything that was on its way has been given back. */
  async stop(): Promise<void> {
    this.runner.stop();
    await this.pull.stop();
  }

  /** Leaves what is still under way. */
  abandon(): void {
    this.runner.abandon();
  }

  /** Resolves when no message is under way. */
  idle(): Promise<void> {
    return this.runner.idle();
  }

  /** Leaves the consumer, once; one that is only this process's goes with it. Does not fail. */
  release(): Promise<void> {
    return (this.released ??= this.leave());
  }

  private async leave(): Promise<void> {
    const { api } = this.options;
    await this.pull.release();
    this.settle.close();
    this.acks?.close();
    if (this.spec.durable) return;
    // the server removes it by itself if this fails
    await deleteConsumer(api, this.spec.stream, this.spec.name).catch(() => undefined);
  }

  private ackPermission(): AckPermission {
    const { connection, api } = this.options;
    const { stream, name: consumer } = this.spec;
    return new AckPermission(
      connection,
      { stream, consumer },
      {
        timeoutMs: api.options.apiTimeoutMs,
        // what is not settled is not taken
        refused: (error) => this.pull.fail(error),
      },
    );
  }

  private puller(): PullLoop {
    const { connection, api, log } = this.options;
    return new PullLoop({
      connection,
      api,
      ensure: () => this.ensure(),
      freeSlots: () => this.runner.freeSlots,
      receive: (message, delivery) => this.receive(message, delivery),
      refuse: (message, delivery) => this.runner.refuse(message, delivery),
      report: (event) => log.pull(this.group, event),
      heartbeat: (last) => {
        if (this.isOrdered && this.order.isBehind(last)) this.pull.restart();
      },
      maxWaiting: this.spec.config.max_waiting,
      singleActive: this.spec.singleActive,
    });
  }

  private get isOrdered(): boolean {
    return this.group.options.mode === 'ordered';
  }

  private async ensure(): Promise<ConsumerNames> {
    const { api, settings } = this.options;
    // what counts deliveries cannot tell a consumer from one of the same name that is made anew
    if (this.isOrdered) this.spec = specOf(this.group);
    const { spec, order, position } = this;
    const { stream, name: consumer, durable } = spec;
    const after = durable ? undefined : position.sequence;
    // what came while nobody was there to take it is not lost with a consumer of this process only
    const wanted = after === undefined ? spec : resumedAfter(spec, after);
    const done = await ensureConsumer(api, wanted, settings.provision);
    const { lastSequence } = done;
    this.done = done;
    if (lastSequence !== undefined)
      position.made(lastSequence, spec.config.deliver_policy === 'new');
    await this.acks?.assert();
    order.follow(consumer);
    return { stream, consumer };
  }

  private receive(message: Msg, delivery: Delivery): void {
    const place = this.isOrdered ? this.order.take(delivery) : 'next';
    if (place === 'next') {
      if (!this.spec.durable) this.position.begin(delivery.streamSequence);
      // there it does not come again, whatever becomes of it
      if (this.isOrdered) this.position.end(delivery.streamSequence);
      this.runner.receive(message, delivery);
      return;
    }
    // goes on behind the last message that came in order, with another consumer
    if (place === 'gap') this.pull.restart();
    this.pull.freed();
  }
}

function specOf({ options, entries }: ConsumerGroup): ConsumerSpec {
  const filters = entries.map(({ pattern }) => pattern.filter);
  return consumerSpec(options, filters, options.durable ?? ephemeralName(options.mode));
}
