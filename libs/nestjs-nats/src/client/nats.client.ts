import { headers as newHeaders, type NatsConnection } from '@nats-io/transport-node';
import { Logger } from '@nestjs/common';
import { ClientProxy, type ReadPacket, type WritePacket } from '@nestjs/microservices';
import type { Observable } from 'rxjs';
import type { NatsEvents, NatsStatus } from '../connection/events.js';
import { confirmPublished } from '../core/confirm.js';
import { publishNow } from '../core/publisher.js';
import { type Requester, requesterOf } from '../core/requester.js';
import { NatsTransportError } from '../errors/transport-error.js';
import { composeInterceptors, type InterceptorChain } from '../interceptor/compose.js';
import type { MessageOptions } from '../message/record.js';
import type { GatherOptions, PublishOptions, RequestOptions } from './call-options.js';
import { type AnswerListener, exchange, firstAnswer, interceptedExchange } from './exchange.js';
import { assertGatherOptions, gatherAnswers } from './gather.js';
import { hot } from './hot.js';
import {
  type NatsClientOptions,
  type ResolvedClientOptions,
  resolveClientOptions,
} from './options.js';
import { OutgoingMessages, type PreparedMessage } from './outgoing.js';

type PublishCall =
  | [subject: string, data: unknown, options?: PublishOptions]
  | [packet: ReadPacket, callback: (packet: WritePacket) => void];

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
  private readonly requester: Requester;
  private readonly chain: InterceptorChain | undefined;
  private readonly outgoing: OutgoingMessages;
  private retained = false;

  /** @throws NatsTransportError `INVALID_OPTIONS` that names every fault */
  constructor(options: NatsClientOptions = {}) {
    super();
    this.settings = resolveClientOptions(options);
    this.requester = requesterOf(this.settings.connection);
    this.chain = composeInterceptors(this.settings.interceptors);
    this.outgoing = new OutgoingMessages(this.settings, this.chain !== undefined);
  }

  /** Tells the status of the connection, the present one first. */
  override get status(): Observable<NatsStatus> {
    return this.settings.connection.status;
  }

  /**
   * Connects; the other methods do so on their own.
   *
   * @throws NatsTransportError `CONNECTION_FAILED`; the next call tries again
   */
  connect(): Promise<NatsConnection> {
    if (!this.retained) {
      this.retained = true;
      this.settings.connection.retain();
    }
    return this.settings.connection.connect();
  }

  /** Leaves the connection, sending what is queued; the last one to leave closes it. */
  async close(): Promise<void> {
    if (!this.retained) return;
    this.retained = false;
    await this.settings.connection.release();
  }

  /**
   * Publishes an event.
   *
   * Resolves when the message is handed to a live connection, which is not yet delivery: core NATS
   * delivers at most once, to whoever subscribes at that moment.
   *
   * @throws NatsTransportError `INVALID_SUBJECT`, `INVALID_HEADER`, `INVALID_OPTIONS`,
   * `ENCODE_FAILED`, `PAYLOAD_TOO_LARGE`, `CONNECTION_FAILED`, `NOT_CONNECTED`; with `confirm` also
   * `PERMISSION_DENIED`, `CONNECTION_LOST`, `TIMEOUT`
   */
  publish(subject: string, data: unknown, options?: PublishOptions): Promise<void>;
  /** Is what the base class calls to serve `send()`: answers go to the callback. */
  publish(packet: ReadPacket, callback: (packet: WritePacket) => void): () => void;
  publish(...args: PublishCall): Promise<void> | (() => void) {
    if (typeof args[1] === 'function' && typeof args[0] === 'object' && args[0] !== null) {
      return this.sendPacket(args[0], args[1] as (packet: WritePacket) => void);
    }
    const [subject, data, options] = args as [string, unknown, PublishOptions?];
    return this.publishEvent(this.packet(subject, data), subject, options);
  }

  /**
   * Sends a request and gives the first answer; `undefined` when that is empty.
   *
   * @throws RemoteError when the responder answers with an error
   * @throws NatsTransportError `NO_RESPONDERS`, `TIMEOUT`, `CONNECTION_LOST`, `DECODE_FAILED`,
   * `INVALID_SUBJECT`, `INVALID_HEADER`, `INVALID_OPTIONS`, `ENCODE_FAILED`, `PAYLOAD_TOO_LARGE`,
   * `PERMISSION_DENIED`, `CONNECTION_FAILED`, `NOT_CONNECTED`, `UNAVAILABLE`
   */
  async request<TResult = unknown>(
    subject: string,
    data: unknown,
    options: RequestOptions = {},
  ): Promise<TResult> {
    const { signal, onHeaders } = options;
    signal?.throwIfAborted();
    const message = await this.prepareRequest(this.packet(subject, data), subject, options);
    const ask = (): Promise<unknown> => firstAnswer(this.requester, message, signal, onHeaders);
    if (this.chain === undefined) return (await ask()) as TResult;
    const { headers = newHeaders() } = message;
    const operation = { kind: 'request', subject, data: message.data, headers } as const;
    return (await this.chain(operation, ask)) as TResult;
  }

  /**
   * Sends a request and gives the answers of several responders, as they come.
   *
   * Completes at the timeout, or before it when `max` answers have come, or none for `stallMs`.
   * Streamed answers cannot be gathered; nothing is sent before somebody subscribes.
   *
   * @throws NatsTransportError `INVALID_OPTIONS`; through the Observable what {@link request} throws,
   * but `TIMEOUT`
   */
  gather<TResult = unknown>(
    subject: string,
    data: unknown,
    options: GatherOptions = {},
  ): Observable<TResult> {
    assertGatherOptions(options);
    const prepare = (): Promise<PreparedMessage> =>
      this.prepareRequest(this.packet(subject, data), subject, options);
    return gatherAnswers(this.requester, prepare, options) as Observable<TResult>;
  }

  /**
   * Publishes an event, at once and whether or not anybody subscribes to the result.
   *
   * @returns completes when the message is handed over, see {@link publish}; a failure that nobody
   * has subscribed to hear is logged
   */
  override emit<TResult = void, TInput = unknown>(
    pattern: unknown,
    data: TInput,
  ): Observable<TResult> {
    return hot(super.emit<TResult, TInput>(pattern, data), (error) => {
      this.logger.error(`An event was lost: ${String(error)}`);
    });
  }

  /** Listens to an event of the connection; possible before it is made. @see NatsEvents */
  override on<K extends keyof NatsEvents>(event: K, callback: NatsEvents[K]): void {
    this.settings.connection.events.on(event, callback);
  }

  /**
   * Gives the connection of the NATS client, for what this class has no method for.
   *
   * @throws NatsTransportError `NOT_CONNECTED` before {@link connect}
   */
  unwrap<T = NatsConnection>(): T {
    const { current } = this.settings.connection;
    if (current !== undefined) return current as T;
    throw new NatsTransportError(
      'NOT_CONNECTED',
      'Not initialized: call connect() before unwrap().',
    );
  }

  /** Serves `emit()`. */
  protected async dispatchEvent<T = void>(packet: ReadPacket): Promise<T> {
    return (await this.publishEvent(packet, this.normalizePattern(packet.pattern))) as T;
  }

  private async publishEvent(
    packet: ReadPacket,
    subject: string,
    options: PublishOptions = {},
  ): Promise<void> {
    const { connection } = this.settings;
    // nothing is awaited that is there: messages published in one turn keep their order
    const prepared = this.outgoing.prepare({ ...packet, kind: 'event', subject }, options);
    const message = prepared instanceof Promise ? await prepared : prepared;
    const connecting = this.ready();
    if (connecting !== undefined) await connecting;
    const work = async (): Promise<void> => {
      const used = publishNow(connection, message);
      if (options.confirm !== 'flush') return;
      await confirmPublished(connection, used, subject, message.timeoutMs);
    };
    if (this.chain === undefined) return work();
    const { data, headers = newHeaders() } = message;
    await this.chain({ kind: 'publish', subject, data, headers }, work);
  }

  /** Serves `send()`. */
  private sendPacket(packet: ReadPacket, callback: (packet: WritePacket) => void): () => void {
    let closed = false;
    let close = (): void => undefined;
    const listener: AnswerListener = {
      value: (response) => callback({ response }),
      done: () => callback({ isDisposed: true }),
      fail: (err) => callback({ err }),
    };
    const start = async (): Promise<void> => {
      const message = await this.prepareRequest(packet, this.normalizePattern(packet.pattern), {});
      if (closed) return;
      close =
        this.chain === undefined
          ? exchange(this.requester, message, listener)
          : interceptedExchange(this.requester, message, this.chain, listener);
    };
    start().catch((err: unknown) => closed || callback({ err }));
    return () => {
      closed = true;
      close();
    };
  }

  private async prepareRequest(
    packet: ReadPacket,
    subject: string,
    options: MessageOptions,
  ): Promise<PreparedMessage> {
    const message = await this.outgoing.prepare({ ...packet, kind: 'request', subject }, options);
    await this.ready();
    return message;
  }

  /** Makes a packet as the base class does, so that a dispatch hook sees it (Nest 12). */
  private packet(pattern: unknown, data: unknown): ReadPacket {
    const packet: ReadPacket = { pattern, data };
    this.onDispatchHook?.(packet);
    return packet;
  }

  /** Gives what to wait for, or nothing when the connection is there. */
  private ready(): Promise<NatsConnection> | undefined {
    if (this.retained && this.settings.connection.current !== undefined) return undefined;
    const connecting = this.connect();
    return this.settings.connection.current === undefined ? connecting : undefined;
  }
}
