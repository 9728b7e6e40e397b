import type { NatsConnection } from '@nats-io/transport-node';
import { Logger } from '@nestjs/common';
import { ClientProxy, type ReadPacket, type WritePacket } from '@nestjs/microservices';
import { type Observable, ReplaySubject } from 'rxjs';
import type { NatsEvents, NatsStatus } from '../connection/events.js';
import { confirmPublished } from '../core/confirm.js';
import { publishNow } from '../core/publisher.js';
import { type OpenRequest, type Requester, requesterOf } from '../core/requester.js';
import { NatsTransportError } from '../errors/transport-error.js';
import { contentTypeHeaders } from '../message/content-type.js';
import { encodePayload } from '../message/payload.js';
import { assertSubject } from '../subject/subject.js';
import {
  callTimeout,
  type NatsClientOptions,
  type PublishOptions,
  type RequestOptions,
  type ResolvedClientOptions,
  resolveClientOptions,
} from './options.js';
import { type ReplyContent, ReplyReader } from './reply-reader.js';

interface Answers {
  next(content: ReplyContent): void;
  fail(error: unknown): void;
}

/**
 * Is the client side of the transport: it publishes events and sends requests, and never subscribes
 * to anything but its own inbox.
 *
 * `emit()` and `send()` are those of Nest's `ClientProxy`, with Observables; {@link publish} and
 * {@link request} are their twins with Promises, and the shorter way.
 */
export class NatsClient extends ClientProxy<NatsEvents> {
  private readonly logger = new Logger(NatsClient.name);
  private readonly settings: ResolvedClientOptions;
  private readonly requester: Requester;
  private retained = false;

  /** @throws NatsTransportError `INVALID_OPTIONS` that names every fault */
  constructor(options: NatsClientOptions = {}) {
    super();
    this.settings = resolveClientOptions(options);
    this.requester = requesterOf(this.settings.connection);
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
   * @throws NatsTransportError `INVALID_SUBJECT`, `ENCODE_FAILED`, `PAYLOAD_TOO_LARGE`,
   * `CONNECTION_FAILED`, `NOT_CONNECTED`; with `confirm` also `PERMISSION_DENIED`,
   * `CONNECTION_LOST`, `TIMEOUT`
   */
  publish(subject: string, data: unknown, options?: PublishOptions): Promise<void>;
  /** Is what the base class calls to serve `send()`: answers go to the callback. */
  publish(packet: ReadPacket, callback: (packet: WritePacket) => void): () => void;
  publish(...args: PublishCall): Promise<void> | (() => void) {
    return isPacketCall(args) ? this.sendPacket(...args) : this.publishEvent(...args);
  }

  /**
   * Sends a request and gives the first answer; `undefined` when that is empty.
   *
   * @throws RemoteError when the responder answers with an error
   * @throws NatsTransportError `NO_RESPONDERS`, `TIMEOUT`, `CONNECTION_LOST`, `DECODE_FAILED`,
   * `INVALID_SUBJECT`, `ENCODE_FAILED`, `PAYLOAD_TOO_LARGE`, `PERMISSION_DENIED`,
   * `CONNECTION_FAILED`, `NOT_CONNECTED`, `UNAVAILABLE`
   */
  async request<TResult = unknown>(
    subject: string,
    data: unknown,
    options: RequestOptions = {},
  ): Promise<TResult> {
    const { signal } = options;
    const timeoutMs = callTimeout(options.timeoutMs, this.settings.timeoutMs);
    signal?.throwIfAborted();
    assertSubject(subject);
    await this.ready();
    let request: OpenRequest | undefined;
    let abort: (() => void) | undefined;
    try {
      return await new Promise<TResult>((resolve, reject) => {
        request = this.ask(subject, data, timeoutMs, {
          next: (content) => resolve(content.value as TResult),
          fail: reject,
        });
        if (signal) {
          abort = () => reject(signal.reason);
          signal.addEventListener('abort', abort);
        }
      });
    } finally {
      request?.close();
      if (abort) signal?.removeEventListener('abort', abort);
    }
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
    const result = new ReplaySubject<TResult>(1);
    const outcome = super.emit<TResult, TInput>(pattern, data);
    outcome.subscribe({
      next: (value) => result.next(value),
      complete: () => result.complete(),
      error: (error: unknown) => {
        if (!result.observed) this.logger.error(`An event was lost: ${String(error)}`);
        result.error(error);
      },
    });
    return result.asObservable();
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

  private async publishEvent(
    subject: string,
    data: unknown,
    options: PublishOptions = {},
  ): Promise<void> {
    assertSubject(subject);
    const { connection, codec } = this.settings;
    const timeoutMs = callTimeout(options.timeoutMs, this.settings.timeoutMs);
    const payload = encodePayload(data, codec);
    await this.ready();
    const used = publishNow(connection, { subject, payload, headers: contentTypeHeaders(codec) });
    if (options.confirm === 'flush') await confirmPublished(connection, used, subject, timeoutMs);
  }

  /** Serves `emit()`. */
  protected async dispatchEvent<T = void>(packet: ReadPacket): Promise<T> {
    return (await this.publish(this.normalizePattern(packet.pattern), packet.data)) as T;
  }

  /** Serves `send()`. */
  private sendPacket(packet: ReadPacket, callback: (packet: WritePacket) => void): () => void {
    const subject = this.normalizePattern(packet.pattern);
    const request = this.ask(subject, packet.data, this.settings.timeoutMs, {
      next: ({ value, hasValue, last }) => {
        if (hasValue) callback(last ? { response: value, isDisposed: true } : { response: value });
        else callback({ isDisposed: true });
      },
      fail: (err) => callback({ err }),
    });
    return () => request.close();
  }

  private ask(subject: string, data: unknown, timeoutMs: number, answers: Answers): OpenRequest {
    const { codec } = this.settings;
    const payload = encodePayload(data, codec);
    const reader = new ReplyReader(subject, codec);
    const request = this.requester.open(subject, payload, contentTypeHeaders(codec), timeoutMs, {
      reply: (message, headers) => {
        let content: ReplyContent;
        try {
          content = reader.read(message, headers);
        } catch (error) {
          request.close();
          answers.fail(error);
          return;
        }
        if (content.last) request.close();
        else request.extend(timeoutMs);
        answers.next(content);
      },
      fail: (error) => answers.fail(error),
    });
    return request;
  }

  private async ready(): Promise<void> {
    if (!this.retained || this.settings.connection.current === undefined) await this.connect();
  }
}

type PublishCall =
  | [subject: string, data: unknown, options?: PublishOptions]
  | [packet: ReadPacket, callback: (packet: WritePacket) => void];

function isPacketCall(
  args: PublishCall,
): args is [packet: ReadPacket, callback: (packet: WritePacket) => void] {
  return typeof args[0] === 'object' && args[0] !== null && typeof args[1] === 'function';
}
