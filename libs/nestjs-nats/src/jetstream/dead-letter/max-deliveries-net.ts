import type { SharedConnection } from '../../connection/shared-connection.js';
import { type KeptSubscription, subscribeAll } from '../../core/kept-subscription.js';
import { quote } from '../../errors/quote.js';
import { JetStreamApi } from '../api/js-api.js';
import type { ResolvedJetStreamOptions } from '../api/js-options.js';
import { delayFor, type RetrySchedule } from '../settlement/retry-policy.js';
import { deadLetterSubject, type ResolvedDeadLetterOptions } from './dead-letter-options.js';
import { DeadLetterPublisher } from './dead-letter-publisher.js';
import { type Exhausted, type NetConsumer, readExhausted } from './max-deliveries-advisory.js';
import { pause } from './pause.js';
import { removeMessage, storedMessage } from './stored-message.js';
import type { StoringTrouble } from './storing-troubles.js';

/** Is how many messages may wait to be written down; beyond it further ones are reported and left. */
const MAX_WAITING = 65_536;

/** When what has failed is tried again. */
const SCHEDULE: RetrySchedule = {
  attempts: Infinity,
  initialMs: 100,
  factor: 2,
  maxMs: 5_000,
  jitter: 0.2,
};

/** The queue group in which processes share the advisories. */
const QUEUE = 'nestjs-nats-dead-letters';

/** What a {@link MaxDeliveriesNet} works with. */
export interface MaxDeliveriesNetOptions {
  readonly consumers: readonly NetConsumer[];
  readonly deadLetters: ResolvedDeadLetterOptions;
  readonly jetstream: ResolvedJetStreamOptions;
  /** Hears what keeps messages from being written down. Must not throw. */
  readonly report: (what: string, error: unknown) => void;
  /** Hears of each message that is written down. Must not throw. */
  readonly stored: (letter: CaughtLetter) => void;
}

/** A message that the server has given up, and that is a dead letter now. */
export interface CaughtLetter {
  readonly subject: string;
  readonly stream: string;
  readonly consumer: string;
  readonly sequence: number;
  readonly reason: 'max-deliveries';
  /** How often it was delivered. */
  readonly attempts: number;
  readonly error: unknown;
}

/**
 * Catches messages that the server itself gives up: it only says so once, in an advisory to whoever
 * listens, and they stay in their stream unseen.
 *
 * One message is written down at a time, so that a stream of dead letters that is full or missing
 * does not fill the memory with payloads.
 */
export class MaxDeliveriesNet {
  private readonly api: JetStreamApi;
  private readonly waiting: Exhausted[] = [];
  private subscriptions: KeptSubscription[] = [];
  private readonly publisher: DeadLetterPublisher;
  private readonly stopping = new AbortController();
  private work: Promise<void> | undefined;
  private listening: Promise<void> | undefined;

  constructor(
    private readonly shared: SharedConnection,
    private readonly options: MaxDeliveriesNetOptions,
  ) {
    const { jetstream, report } = options;
    this.api = new JetStreamApi(shared, jetstream);
    this.publisher = new DeadLetterPublisher(shared, {
      timeoutMs: jetstream.apiTimeoutMs,
      report: ({ dead, error }) =>
        report(`${whatOf(dead)} cannot be stored, and is tried again`, error),
    });
  }

  /**
   * Begins to listen, unless it does; resolves when the server has accepted it.
   *
   * @throws NatsTransportError `CONNECTION_FAILED`, `PERMISSION_DENIED`, `TIMEOUT`
   */
  start(): Promise<void> {
    return (this.listening ??= this.listen());
  }

  /** What the server says against listening, while it does. */
  get refusals(): Error[] {
    return this.subscriptions.flatMap(({ refusal }) => refusal ?? []);
  }

  /** Where what the server gives up cannot be stored, while that is so. */
  get troubles(): StoringTrouble[] {
    return this.publisher.troubles;
  }

  /**
   * Stops listening, for good. What is not written down by then stays in its stream; how many that are is
   * reported.
   */
  async stop(): Promise<void> {
    for (const subscription of this.subscriptions.splice(0)) subscription.unsubscribe();
    this.publisher.stop();
    this.stopping.abort();
    await this.work;
  }

  private async listen(): Promise<void> {
    try {
      await this.subscribe();
    } catch (error) {
      this.listening = undefined;
      throw error;
    }
  }

  private async subscribe(): Promise<void> {
    await this.shared.connect();
    const requests = this.options.consumers.map((consumer) => ({
      filter: `$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.${consumer.stream}.${consumer.consumer}`,
      queue: QUEUE,
      receive: ({ data }: { data: Uint8Array }) => this.caught(readExhausted(data, consumer)),
      fail: (error: unknown) => this.options.report(`The net for ${nameOf(consumer)} fails`, error),
    }));
    const { apiTimeoutMs } = this.options.jetstream;
    this.subscriptions = await subscribeAll(this.shared, requests, apiTimeoutMs);
  }

  /** Is called for each advisory. */
  private caught(exhausted: Exhausted): void {
    if (this.waiting.length >= MAX_WAITING) {
      this.options.report(`${whatOf(exhausted)} is not written down`, new Error('too many wait'));
      return;
    }
    this.waiting.push(exhausted);
    this.work ??= this.writeAll().finally(() => (this.work = undefined));
  }

  private async writeAll(): Promise<void> {
    const { signal } = this.stopping;
    let left = 0;
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) {
      if (!(await this.write(next, signal))) left++;
    }
    if (left === 0) return;
    const what = `Stopped with messages given up by the server that are not written down: ${left}`;
    this.options.report(what, signal.reason);
  }

  /** Never rejects. @returns `false` when it was stopped before it had come to an end */
  private async write(exhausted: Exhausted, signal: AbortSignal): Promise<boolean> {
    for (let failures = 1; !signal.aborted; failures++) {
      try {
        const isStored = await this.store(exhausted);
        // if this fails, the dead letter is recognised by its id the next time
        if (isStored && exhausted.remove) {
          await removeMessage(this.api, exhausted.stream, exhausted.sequence);
        }
        return isStored || !signal.aborted;
      } catch (error) {
        if (failures === 1) {
          this.options.report(`${whatOf(exhausted)} cannot be handled, and is tried again`, error);
        }
        await pause(delayFor(SCHEDULE, failures, Math.random()), signal);
      }
    }
    return false;
  }

  /** @returns `false` when there is nothing to store any more, or when it was stopped */
  private async store(exhausted: Exhausted): Promise<boolean> {
    const { stream, consumer, sequence, deliveries, givenUpAtMs = Date.now() } = exhausted;
    const message = await storedMessage(this.api, stream, { seq: sequence });
    // it was handled after all, or somebody has removed it
    if (message === undefined) return false;
    const { subject, data: payload, headers, storedAt } = message;
    const storedAtMs = storedAt.getTime();
    const error = { code: 'MAX_DELIVERIES', message: `Given up after ${deliveries} deliveries` };
    const reason = 'max-deliveries';
    const isStored = await this.publisher.publish(
      { subject, payload, headers, stream, sequence, storedAtMs, consumer },
      {
        reason,
        error,
        attempts: deliveries,
        // when they failed, only whose consumer it is knows
        firstFailureMs: givenUpAtMs,
        lastFailureMs: givenUpAtMs,
      },
      deadLetterSubject(this.options.deadLetters, stream, consumer),
    );
    const letter = { subject, stream, consumer, sequence, reason, attempts: deliveries, error };
    if (isStored) this.options.stored({ ...letter, reason: 'max-deliveries' });
    return isStored;
  }
}

function nameOf({ stream, consumer }: NetConsumer): string {
  return `the consumer ${quote(consumer)} of ${quote(stream)}`;
}

function whatOf(exhausted: Pick<Exhausted, 'stream' | 'consumer' | 'sequence'>): string {
  return `Message ${exhausted.sequence}, given up by ${nameOf(exhausted)},`;
}
