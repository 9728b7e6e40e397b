import type { NatsConnection } from '@nats-io/transport-node';
import { Logger } from '@nestjs/common';
import { ClientProxy, type ReadPacket, type WritePacket } from '@nestjs/microservices';
import { from, Observable } from 'rxjs';
import type { NatsStatus } from '../connection/events.js';
import { type NatsReadiness, readinessOf } from '../connection/readiness.js';
import type { RequestCounters } from '../core/requester.js';
import { EventHub } from '../events/event-hub.js';
import type { NatsEvent, NatsEvents } from '../events/nats-events.js';
import { attachInterceptors, composeInterceptors } from '../interceptor/compose.js';
import type { BatchAck, PubAck } from '../jetstream/publish/pub-ack.js';
import type {
  BatchMessage,
  BatchPublishOptions,
  GatherOptions,
  PublishCall,
  PublishOptions,
  RequestOptions,
} from './call-options.js';
import { ConnectionLease } from './connection-lease.js';
import { EventPublisher } from './event-publisher.js';
import { hot } from './hot.js';
import { isMissing } from './is-missing.js';
import {
  type NatsClientOptions,
  type ResolvedClientOptions,
  resolveClientOptions,
} from './options.js';
import { OutgoingMessages } from './outgoing.js';
import { RequestSender } from './request-sender.js';

/**
 * Is the client side of the transport: it publishes events and sends requests, and never subscribes
 * to anything but its own inbox.
 *
 * `emit()` and `send()` are those of Nest's `ClientProxy`, with Observables; {@link publish} and
 * {@link request} are their twins with Promises, and the shorter way. Payloads may be wrapped in
 * the record of a `NatsRecordBuilder`, for headers and the like.
 */
export class NatsClient extends ClientProxy<NatsEvents> {
  private readonly logger = new Logger(NatsClient.name);
  private readonly settings: ResolvedClientOptions;
  private readonly lease: ConnectionLease;
  private readonly events: EventPublisher;
  private readonly requests: RequestSender;
  private readonly hub: EventHub;

  /** @throws NatsTransportError `INVALID_OPTIONS` that names every fault */
  constructor(options: NatsClientOptions = {}) {
    super();
    this.settings = resolveClientOptions(options);
    this.lease = new ConnectionLease(this.settings.connection, this.settings.bufferBytes);
    const chain = composeInterceptors(this.settings.interceptors);
    const outgoing = new OutgoingMessages(this.settings);
    this.events = new EventPublisher(this.settings, this.lease, chain, outgoing);
    this.requests = new RequestSender(this.settings, this.lease, chain, outgoing);
    this.hub = new EventHub(this.settings.connection, this.logger);
    attachInterceptors(this.settings.interceptors, { role: 'client', ...this.hub.observed });
  }

  /** Tells the status of the connection, the present one first. */
  override get status(): Observable<NatsStatus> {
    return this.settings.connection.status;
  }

  /** Gives what {@link on} delivers, each with its name as `type`. */
  get events$(): Observable<NatsEvent> {
    return this.hub.all;
  }

  /** Counts the requests of its connection, which other clients may share. */
  get counters(): RequestCounters {
    return this.requests.counters;
  }

  /** Tells whether messages can be sent at this moment. A client that is not used yet is not connected. */
  readiness(): NatsReadiness {
    return readinessOf(this.lease.troubles);
  }

  /**
   * Connects; the other methods do so on their own, unless the client is closed.
   * @throws NatsTransportError `CONNECTION_FAILED`, or `CLOSED` if it waits for a server until {@link close}
   */
  connect(): Promise<NatsConnection> {
    return this.lease.connect();
  }

  /**
   * Leaves the connection when what is queued is sent, messages to streams are acknowledged, and requests
   * answered, or have failed, or `shutdownTimeoutMs` is over for requests; the last one to leave closes it.
   * All that comes later is refused with `CLOSED`, until {@link connect}.
   */
  async close(): Promise<void> {
    await this.lease.release([this.events.settled(), this.requests.settled()]);
  }

  /** Ends the waiting of {@link close} for answers, if it waits: as if `shutdownTimeoutMs` were over. */
  hasten(): void {
    this.requests.hasten();
  }

  /**
   * Publishes an event.
   *
   * On a subject of a declared stream, or with `stream`, it resolves to the acknowledgement when the
   * stream has stored the message. Otherwise it resolves to nothing, when the message is handed to a
   * live connection, which is not yet delivery: core NATS delivers at most once, to whoever
   * subscribes at that moment.
   *
   * @throws NatsTransportError `INVALID_SUBJECT`, `INVALID_HEADER`, `INVALID_OPTIONS`,
   * `ENCODE_FAILED`, `PAYLOAD_TOO_LARGE`, `CONNECTION_FAILED`, `NOT_CONNECTED`, `CLOSED`, `TIMEOUT`; with
   * `confirm` also `PERMISSION_DENIED`, `CONNECTION_LOST`; for a stream also these, and
   * `STREAM_FULL`, `STREAM_NOT_FOUND`, `STREAM_MISMATCH`, `CONFLICT`, `UNAVAILABLE`,
   * `JETSTREAM_DISABLED`, `JETSTREAM_REFUSED`, `SERVER_TOO_OLD`
   */
  publish(
    subject: string,
    data: unknown,
    options: PublishOptions & { stream: string; delivery?: undefined },
  ): Promise<PubAck>;
  publish(
    subject: string,
    data: unknown,
    options: PublishOptions & { delivery: 'at-most-once' },
  ): Promise<undefined>;
  publish(subject: string, data: unknown, options?: PublishOptions): Promise<PubAck | undefined>;
  /** Is what the base class calls to serve `send()`: answers go to the callback. */
  publish(packet: ReadPacket, callback: (packet: WritePacket) => void): () => void;
  publish(...args: PublishCall): Promise<PubAck | undefined> | (() => void) {
    if (typeof args[1] === 'function' && typeof args[0] === 'object' && args[0] !== null) {
      return this.sendPacket(args[0], args[1] as (packet: WritePacket) => void);
    }
    const [subject, data, options] = args as [string, unknown, PublishOptions?];
    return this.events.publish(this.packet(subject, data), subject, options);
  }

  /**
   * Publishes several messages, which one stream stores together, one after the other, or not at all.
   * The stream has `allow_atomic`; needs nats-server 2.12.
   * @param messages 1 to 1000; what the first expects of the stream's last sequence counts for all
   * @throws NatsTransportError as {@link publish} for a stream
   */
  publishBatch(
    messages: readonly BatchMessage[],
    options: BatchPublishOptions = {},
  ): Promise<BatchAck> {
    return this.events.publishBatch(messages, options, (m) => this.packet(m.subject, m.data));
  }

  /**
   * Sends a request and gives the first answer; `undefined` when that is empty.
   * @throws RemoteError when the responder answers with an error
   * @throws NatsTransportError `NO_RESPONDERS`, `TIMEOUT`, `CONNECTION_LOST`, `DECODE_FAILED`,
   * `INVALID_SUBJECT`, `INVALID_HEADER`, `INVALID_OPTIONS`, `ENCODE_FAILED`, `PAYLOAD_TOO_LARGE`,
   * `PERMISSION_DENIED`, `CONNECTION_FAILED`, `NOT_CONNECTED`, `UNAVAILABLE`, `CLOSED`; the reason of
   * the signal when that aborts
   */
  request<TResult = unknown>(
    subject: string,
    data: unknown,
    options?: RequestOptions,
  ): Promise<TResult> {
    const packet = (): ReadPacket => this.packet(subject, data);
    return this.requests.first(packet, subject, options) as Promise<TResult>;
  }

  /**
   * Sends a request and gives the answers of several responders, as they come.
   *
   * Completes at the timeout, or before it when `max` answers have come, or none for `stallMs`.
   * Streamed answers cannot be gathered; nothing is sent before somebody subscribes.
   *
   * @throws NatsTransportError `INVALID_OPTIONS`; through the Observable what {@link request} throws,
   * but `TIMEOUT` only when nothing was sent in time
   */
  gather<TResult = unknown>(
    subject: string,
    data: unknown,
    options: GatherOptions = {},
  ): Observable<TResult> {
    const packet = (): ReadPacket => this.packet(subject, data);
    return this.requests.gather(packet, subject, options) as Observable<TResult>;
  }

  /**
   * Publishes an event, at once and whether or not anybody subscribes to the result.
   *
   * @returns emits the acknowledgement of a stream (`emit<PubAck>()`), or completes when the message
   * is handed over; fails as {@link publish} does without `confirm`. A failure that nobody has
   * subscribed to hear is logged
   */
  override emit<TResult = void, TInput = unknown>(
    pattern: unknown,
    data: TInput,
  ): Observable<TResult> {
    if (isMissing(pattern) || isMissing(data)) return super.emit(pattern, data);
    const subject = this.normalizePattern(pattern as string);
    const published = this.events.publish(this.packet(pattern, data), subject) as Promise<TResult>;
    return hot(from(published), (error) => {
      this.logger.error(`An event was lost: ${String(error)}`);
      this.hub.messages.tell('dropped', { subject, reason: 'unpublished', error });
    });
  }

  /**
   * Sends a request; each subscription sends one, and unsubscribing calls it off.
   *
   * @returns gives the answers of one responder, or fails with what {@link request} throws; the
   * timeout counts anew for each value of a stream
   */
  override send<TResult = unknown, TInput = unknown>(
    pattern: unknown,
    data: TInput,
  ): Observable<TResult> {
    if (isMissing(pattern) || isMissing(data)) return super.send(pattern, data);
    const packet = (): ReadPacket => this.packet(pattern, data);
    return new Observable((observer) => this.sendPacket(packet(), this.createObserver(observer)));
  }

  /** Listens to an event of the connection, possible before it is made, or `dropped`. @see NatsEvents */
  override on<K extends keyof NatsEvents>(event: K, callback: NatsEvents[K]): void {
    this.hub.on(event, callback);
  }

  /**
   * Gives the connection of the NATS client, for what this class has no method for.
   * @throws NatsTransportError `NOT_CONNECTED` before {@link connect}
   */
  unwrap<T = NatsConnection>(): T {
    return this.lease.current as T;
  }

  /** Serves `emit()`. */
  protected dispatchEvent<T = void>(packet: ReadPacket): Promise<T> {
    return this.events.publish(packet, this.normalizePattern(packet.pattern)) as Promise<T>;
  }

  /** Serves `send()`. */
  private sendPacket(packet: ReadPacket, callback: (packet: WritePacket) => void): () => void {
    return this.requests.all(packet, () => this.normalizePattern(packet.pattern), callback);
  }

  /** Makes a packet as the base class does, so that a dispatch hook sees it (Nest 12). */
  private packet(pattern: unknown, data: unknown): ReadPacket {
    const packet: ReadPacket = { pattern, data };
    this.onDispatchHook?.(packet);
    return packet;
  }
}
