import { nanos, type Msg } from '@nats-io/transport-node';
import { NatsTransportError } from 'nestjs-nats';
import type { SharedConnection } from '../../libs/nestjs-nats/src/connection/shared-connection.js';
import { JetStreamApi } from '../../libs/nestjs-nats/src/jetstream/api/js-api.js';
import { resolveJetStreamOptions } from '../../libs/nestjs-nats/src/jetstream/api/js-options.js';
import type { Delivery } from '../../libs/nestjs-nats/src/jetstream/pull/delivery.js';
import type { PullEvent } from '../../libs/nestjs-nats/src/jetstream/pull/pull-events.js';
import { PullLoop } from '../../libs/nestjs-nats/src/jetstream/pull/pull-loop.js';
import type { PullLoopOptions } from '../../libs/nestjs-nats/src/jetstream/pull/pull-options.js';
import type { ConsumerNames } from '../../libs/nestjs-nats/src/jetstream/pull/pull-request.js';
import { waitFor } from './wait-for.js';

/** What a {@link Puller} does with messages. */
export interface PullerOptions extends Partial<PullLoopOptions> {
  readonly concurrency?: number;
  /** Handles a message; it is acknowledged afterwards. Default: nothing. */
  readonly handle?: (message: Msg, delivery: Delivery) => void | Promise<void>;
  /** Settings of the consumer, under the names NATS has for them. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly apiTimeoutMs?: number;
}

/** Drives a pull loop as a strategy does: with slots, handlers and acknowledgements. */
export class Puller {
  readonly loop: PullLoop;
  /** What has been handled, by its sequence in the stream, in order. */
  readonly handled: number[] = [];
  readonly refused: number[] = [];
  readonly events: PullEvent[] = [];
  running = 0;
  mostAtOnce = 0;
  /** How often the consumer was made sure of. */
  ensured = 0;

  constructor(
    readonly connection: SharedConnection,
    private readonly names: ConsumerNames,
    private readonly options: PullerOptions = {},
  ) {
    const { concurrency = 8, apiTimeoutMs = 2_000 } = options;
    const api = new JetStreamApi(connection, resolveJetStreamOptions({ apiTimeoutMs }));
    this.loop = new PullLoop({
      connection,
      api,
      ensure: () => this.ensure(api),
      freeSlots: () => concurrency - this.running,
      receive: (message, delivery) => void this.take(message, delivery),
      refuse: (message, { streamSequence }) => {
        this.refused.push(streamSequence);
        this.connection.current?.publish(message.reply!, '-NAK');
      },
      report: (event) => void this.events.push(event),
      heartbeatMs: 500,
      ...options,
    });
  }

  /** The events of one kind. */
  told<T extends PullEvent['type']>(type: T): Extract<PullEvent, { type: T }>[] {
    return this.events.filter((event) => event.type === type) as never;
  }

  /** Waits until so many messages have been handled. */
  async until(count: number, timeoutMs = 10_000): Promise<void> {
    await waitFor(() => this.handled.length >= count, {
      timeoutMs,
      what: () => `${count} messages; ${this.handled.length} came, ${JSON.stringify(this.events)}`,
    });
  }

  /** Waits until every message up to this sequence has been handled, be it more than once. */
  async untilAll(last: number, timeoutMs = 10_000): Promise<void> {
    const missing = (): number[] => {
      const handled = new Set(this.handled);
      return Array.from({ length: last }, (_, i) => i + 1).filter((each) => !handled.has(each));
    };
    await waitFor(() => missing().length === 0, {
      timeoutMs,
      what: () => `the messages ${String(missing())}; ${JSON.stringify(this.events)}`,
    });
  }

  private async ensure(api: JetStreamApi): Promise<ConsumerNames> {
    this.ensured++;
    const { stream, consumer } = this.names;
    const config = {
      durable_name: consumer,
      ack_policy: 'explicit',
      ack_wait: nanos(30_000),
      max_ack_pending: 10_000,
      ...this.options.config,
    };
    const body = { stream_name: stream, config, action: '' };
    await api.request(`CONSUMER.CREATE.${stream}.${consumer}`, body, 'Cannot make the consumer');
    return this.names;
  }

  private async take(message: Msg, delivery: Delivery): Promise<void> {
    this.running++;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.running);
    const work = this.options.handle?.(message, delivery);
    // what is done at once frees its slot at once, as a strategy does it
    if (work !== undefined) await work;
    this.handled.push(delivery.streamSequence);
    this.running--;
    if (this.connection.isUp) this.connection.current?.publish(message.reply!, '+ACK');
    this.loop.freed();
  }
}

/** Makes sure an error is one of ours, and gives its code. */
export function codeOf(error: unknown): string {
  if (error instanceof NatsTransportError) return error.code;
  throw new Error('Expected an error of ours', { cause: error });
}
