import { Logger } from '@nestjs/common';
import {
  nuid,
  type Msg,
  type MsgHdrs,
  type NatsConnection,
  type Subscription,
} from '@nats-io/transport-node';
import type { SharedConnection } from '../connection/shared-connection.js';
import { quote } from '../errors/quote.js';
import { NatsTransportError } from '../errors/transport-error.js';
import { readHeaders } from '../message/headers.js';
import { endsStream } from '../message/reply-frame.js';
import { assertSubject } from '../subject/subject.js';
import { CancelSender } from './cancel-sender.js';
import { isPublishRefusal, publishRefused } from './confirm.js';
import { Deadlines } from './deadlines.js';
import { HeadStart } from './head-start.js';
import type { InFlight } from './in-flight.js';
import {
  type OpenRequest,
  type PendingParts,
  PendingRequest,
  type ReplySink,
} from './pending-request.js';
import { publishNow } from './publisher.js';
import { RequestTokens } from './request-tokens.js';
import { refusalsOf, type SendRefusals } from './send-refusals.js';

/** What clients of a connection have met with since it was first used, and how many requests wait now. */
export interface RequestCounters extends Readonly<SendRefusals> {
  /** Requests that wait for an answer. */
  readonly pending: number;
  /** Requests that were refused because as many waited as may. */
  readonly overflowed: number;
  /** Answers that came for requests that were over, or for none. */
  readonly lateAnswers: number;
}

/** A request to send. */
export interface RequestMessage {
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly headers: MsgHdrs | undefined;
  /** How long the caller waits in all, in milliseconds. */
  readonly timeoutMs: number;
  /** What is left of it. Default: all. */
  readonly remainingMs?: number;
}

/**
 * Sends requests and matches the answers, on one wildcard subscription for all of them
 * (docs/adr/0003-own-request-inbox.md).
 *
 * Every request ends: by {@link OpenRequest.close}, its timeout, "no responders", a refused
 * permission, or within one turn of the disconnect. Answers that come later are counted and dropped. A
 * streamed answer that is not taken to its end is called off (docs/adr/0008-calling-streams-off.md).
 */
export class Requester {
  private readonly logger = new Logger('NatsRequester');
  private readonly pending = new Map<string, PendingRequest>();
  private readonly deadlines = new Deadlines();
  private readonly cancels: CancelSender;
  /** What every request works with. */
  private readonly parts: PendingParts = {
    pending: this.pending,
    deadlines: this.deadlines,
    cancel: (subject) => {
      if (subject && this.subscribedOn) this.cancels.send(this.subscribedOn, subject);
    },
  };
  private subscription: Subscription | undefined;
  private subscribedOn: NatsConnection | undefined;
  private prefix = '';
  private readonly tokens = new RequestTokens();
  private readonly headStart = new HeadStart(() => this.flush());
  private late = 0;
  private overflowed = 0;

  constructor(private readonly shared: SharedConnection) {
    this.cancels = new CancelSender(shared);
    const { events } = shared;
    events.on('disconnect', () => this.failAll((subject) => connectionLost(subject)));
    events.on('drain', () => this.failAll((subject) => connectionLost(subject)));
    events.on('close', () => this.failAll((subject) => connectionLost(subject)));
    events.on('error', (error) => this.failRefused(error));
  }

  /** The `host:port` connected to, or nothing while there is no connection. */
  get server(): string | undefined {
    return this.shared.current?.getServer();
  }

  get counters(): RequestCounters {
    const { overflowed, late: lateAnswers, shared } = this;
    return { pending: this.pending.size, overflowed, lateAnswers, ...refusalsOf(shared) };
  }

  /** Adds inbox prefixes of responders that are told when their streams are not wanted any more. */
  trust(prefixes: readonly string[]): void {
    this.cancels.allow(prefixes);
  }

  /**
   * Sends a request.
   *
   * @param ofSender counts it until it has ended
   * @throws NatsTransportError `INVALID_SUBJECT`, `PAYLOAD_TOO_LARGE`, `NOT_CONNECTED`, and
   * `UNAVAILABLE` when `maxPendingRequests` wait already
   */
  open(message: RequestMessage, sink: ReplySink, ofSender?: InFlight): OpenRequest {
    const { subject, payload, headers, timeoutMs, remainingMs = timeoutMs } = message;
    assertSubject(subject);
    const { maxPendingRequests } = this.shared.options;
    if (this.pending.size >= maxPendingRequests) {
      this.overflowed++;
      throw tooManyPending(subject, maxPendingRequests);
    }
    this.subscribe();
    const token = this.tokens.next();
    publishNow(this.shared, { subject, payload, headers, reply: this.prefix + token });
    this.headStart.sent();
    const request = new PendingRequest(this.parts, token, subject, timeoutMs, sink, ofSender);
    this.pending.set(token, request);
    this.deadlines.add(request, remainingMs);
    return request;
  }

  /** Makes sure that the inbox is subscribed on the present connection. */
  private subscribe(): void {
    const connection = this.shared.current;
    if (connection === undefined) return;
    if (this.subscribedOn === connection && this.subscription?.isClosed() === false) return;
    this.subscribedOn = connection;
    this.prefix = `${this.shared.options.inboxPrefix}.${nuid.next()}.`;
    this.subscription = connection.subscribe(`${this.prefix}*`, {
      callback: (error, message) => this.receive(error, message),
    });
  }

  /** Is called by the client library's reader: whatever is thrown here would end it. */
  private receive(error: Error | null, message: Msg): void {
    if (error) {
      this.failAll((subject) => inboxRefused(subject, this.prefix, error));
      return;
    }
    let request: PendingRequest | undefined;
    try {
      request = this.pending.get(message.subject.slice(this.prefix.length));
      if (request === undefined) {
        this.late++;
        this.parts.cancel(message.reply);
        return;
      }
      const headers = readHeaders(message);
      if (message.reply) request.cancelSubject = message.reply;
      else if (request.cancelSubject && endsStream(headers)) request.cancelSubject = undefined;
      if (headers !== undefined && headers.code === 503 && message.data.length === 0) {
        request.fail(noResponders(request.subject));
      } else {
        request.sink.reply(message, headers);
      }
    } catch (cause) {
      if (request && cause instanceof NatsTransportError) request.fail(cause);
      else this.logger.error(`An answer on ${quote(message.subject)} could not be taken`, cause);
    }
  }

  private flush(): void {
    // what a connection that breaks meanwhile means for its requests, they are told
    this.subscribedOn?.flush().catch(() => undefined);
  }

  private failAll(error: (subject: string) => NatsTransportError): void {
    for (const request of this.pending.values()) request.fail(error(request.subject));
  }

  private failRefused(error: Error): void {
    for (const request of this.pending.values()) {
      if (isPublishRefusal(error, request.subject))
        request.fail(publishRefused(request.subject, error));
    }
  }
}

function noResponders(subject: string): NatsTransportError {
  return new NatsTransportError(
    'NO_RESPONDERS',
    `Nobody subscribes to ${quote(subject)}. Check the spelling (subjects are case-sensitive), ` +
      'and that a service with a handler for it runs on this account.',
    { details: { subject } },
  );
}

function connectionLost(subject: string): NatsTransportError {
  return new NatsTransportError(
    'CONNECTION_LOST',
    `The connection broke while a request on ${quote(subject)} was under way. ` +
      'It may or may not have been handled.',
    { details: { subject } },
  );
}

function tooManyPending(subject: string, limit: number): NatsTransportError {
  return new NatsTransportError(
    'UNAVAILABLE',
    `Cannot send a request on ${quote(subject)}: ${limit} wait for an answer already ` +
      '(maxPendingRequests). Nothing was sent; try again later.',
    { details: { subject, limit } },
  );
}

function inboxRefused(subject: string, prefix: string, cause: Error): NatsTransportError {
  return new NatsTransportError(
    'PERMISSION_DENIED',
    `Cannot receive the answer on ${quote(subject)}: these credentials may not subscribe to ` +
      `"${prefix}*". Allow it, or set inboxPrefix to what is allowed.`,
    { cause, details: { subject } },
  );
}

const REQUESTERS = new WeakMap<SharedConnection, Requester>();

/** Gives the requester of a connection: all its clients use one inbox. */
export function requesterOf(shared: SharedConnection): Requester {
  let requester = REQUESTERS.get(shared);
  if (!requester) REQUESTERS.set(shared, (requester = new Requester(shared)));
  return requester;
}
