import { type Msg, type NatsConnection, nuid } from '@nats-io/transport-node';
import type { SharedConnection } from '../../connection/shared-connection.js';
import { publishNow } from '../../core/publisher.js';
import type { RequestTokens } from '../../core/request-tokens.js';
import { LiveSubscription } from '../../core/subscriber.js';
import { readHeaders } from '../../message/headers.js';
import { type Delivery, readDelivery } from './delivery.js';
import type { ConsumerNames } from './pull-request.js';
import { type PullStatus, readPullStatus } from './pull-status.js';

/** Hears what comes for a lane. */
export interface LaneSink {
  /** @param expected whether the message was asked for */
  delivered(message: Msg, delivery: Delivery, expected: boolean): void;
  /** A status of the lane's request; unless it is `'alive'`, the request is over. */
  status(lane: PullLane, status: PullStatus): void;
  /** Something that is neither a message of the consumer nor a status: it was dropped. */
  foreign(subject: string): void;
  /** What the server says against the subscription, and what the sink threw. */
  fail(error: unknown): void;
}

/** A request that ends without a message before this has not waited at all, in milliseconds. */
const BRIEF_MS = 250;

/** How many heartbeats in a row may be missed. */
const MISSES = 2;

/**
 * Is one request for messages at a time, on a subscription of its own.
 *
 * A message comes with the subject it was published to, so only the subscription tells which request
 * it answers: with one for each, what is still to come is known exactly.
 */
export class PullLane {
  private readonly prefix: string;
  private readonly subscription: LiveSubscription;
  private open = 0;
  private token = '';
  private askedAt = 0;
  private answered = false;
  private heard = false;
  private missed = 0;

  constructor(
    private readonly shared: SharedConnection,
    connection: NatsConnection,
    private readonly names: ConsumerNames,
    private readonly tokens: RequestTokens,
    private readonly sink: LaneSink,
  ) {
    this.prefix = `${shared.options.inboxPrefix}.${nuid.next()}.`;
    this.subscription = new LiveSubscription(connection, {
      filter: `${this.prefix}*`,
      queue: '',
      receive: (message) => this.receive(message),
      fail: (error) => sink.fail(error),
    });
  }

  /** How many messages may still come. */
  get credit(): number {
    return this.open;
  }

  /** Whether the last request ended without a message as soon as it was made. */
  get wasBrief(): boolean {
    return !this.answered && performance.now() - this.askedAt < BRIEF_MS;
  }

  /**
   * Asks for messages; the lane must have no credit.
   *
   * @throws NatsTransportError `NOT_CONNECTED`
   */
  ask(subject: string, batch: number, payload: Uint8Array): void {
    const token = this.tokens.next();
    publishNow(this.shared, { subject, payload, reply: this.prefix + token });
    this.token = token;
    this.open = batch;
    this.askedAt = performance.now();
    this.answered = false;
    this.heard = true;
    this.missed = 0;
  }

  /** Is called once for every heartbeat. @returns whether the server has gone silent */
  tick(): boolean {
    if (this.open === 0 || this.heard) {
      this.heard = false;
      this.missed = 0;
      return false;
    }
    if (++this.missed < MISSES) return false;
    if (this.token !== '') return true;
    // the request is over, and what was on its way then does not come any more
    this.open = 0;
    return false;
  }

  /** @throws NatsTransportError `PERMISSION_DENIED` */
  assertAccepted(): void {
    this.subscription.assertAccepted();
  }

  /** Withdraws the request; resolves when what the server had sent by then has been received. */
  async drain(timeoutMs: number): Promise<void> {
    await this.subscription.drain(timeoutMs);
    this.open = 0;
  }

  /** Withdraws the request at once. */
  unsubscribe(): void {
    this.subscription.unsubscribe();
    this.open = 0;
  }

  private receive(message: Msg): void {
    const { subject } = message;
    // messages have the subject they were published to, and statuses that of the request
    if (!subject.startsWith(this.prefix)) {
      const delivery = readDelivery(message.reply ?? '', this.names);
      if (delivery === undefined || !this.isOurs(delivery)) return this.sink.foreign(subject);
      const expected = this.open > 0;
      if (expected) this.open--;
      this.heard = true;
      this.answered = true;
      return this.sink.delivered(message, delivery, expected);
    }
    const status = readStatus(message);
    if (status === undefined) return this.sink.foreign(subject);
    // statuses of requests that are over may come late
    if (this.open === 0 || subject.slice(this.prefix.length) !== this.token) return;
    this.heard = true;
    if (status.kind !== 'alive') {
      this.token = '';
      this.open -= Math.min(status.remaining ?? this.open, this.open);
    }
    this.sink.status(this, status);
  }

  private isOurs({ stream, consumer }: Delivery): boolean {
    return stream === this.names.stream && consumer === this.names.consumer;
  }
}

/** Reads a status message; it has headers and nothing else. */
function readStatus(message: Msg): PullStatus | undefined {
  try {
    const headers = message.data.length === 0 ? readHeaders(message) : undefined;
    if (headers === undefined) return undefined;
    return readPullStatus(headers.code, headers.description, (name) => headers.get(name));
  } catch {
    // malformed, so it is not the server's; the caller reports it
    return undefined;
  }
}
