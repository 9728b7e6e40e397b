import { nuid } from '@nats-io/transport-node';
import type { Observable } from 'rxjs';
import type { SharedConnection } from '../connection/shared-connection.js';
import { quote } from '../errors/quote.js';
import { isNatsTransportError, NatsTransportError } from '../errors/transport-error.js';
import {
  cancelContext,
  type NatsMessageContext,
  restartClock,
  whenCancelled,
} from '../message/context.js';
import type { ErrorReply } from '../message/error-reply.js';
import { HEADER } from '../message/header-table.js';
import type { EncodedMessage, MaybePromise } from '../message/payload.js';
import { type ReplyFormat, withHeaders } from '../message/reply-format.js';
import type { CancelInbox, CancelTicket } from './cancel-inbox.js';
import { publishNow } from './publisher.js';
import { type ReplyStreamSink, streamReplies } from './reply-stream.js';

/** Is how much of an error's message is told when the whole does not fit into a message. */
const SHORT_MESSAGE_LENGTH = 512;

/** Is how often a stream asks whether somebody still listens, in milliseconds. */
const ASK_MS = 1_000;

/** Hears on which subject a request is answered, when it is. */
export interface Answerer {
  /** The first message of the answer is on its way. */
  answering(reply: string): void;
}

/**
 * Answers one request: with a value, a stream of values, or an error.
 *
 * The methods fail with what kept an answer from being sent; the caller turns that into
 * {@link error}, so that the requester does not wait for its timeout. The first answer carries the
 * headers that the handler has set on its context. After the final answer nothing more is sent.
 */
export class Responder {
  /** Whether the handler's headers are sent. */
  private started = false;
  /** Whether a final answer is on its way, which an asynchronous format may still keep from going. */
  private closed = false;
  /** Whether the final answer is sent. */
  private answered = false;
  /** Names the stream of answers, once there is one. */
  private stream: string | undefined;
  /** Where that stream can be called off. */
  private ticket: CancelTicket | undefined;
  /** When a frame tells that subject again, and the server may answer that nobody listens. */
  private askAt = 0;
  /** How many frames are sent. */
  private frames = 0;
  /** The last answer that waits for an asynchronous format; answers keep their order. */
  private tail: Promise<void> | undefined;

  /** @param reply the reply subject, which a reply policy has allowed */
  constructor(
    private readonly shared: SharedConnection,
    private readonly reply: string,
    private readonly format: ReplyFormat,
    private readonly context: NatsMessageContext,
    private readonly cancels: CancelInbox,
    private readonly answerer: Answerer,
  ) {}

  /** Whether the requester has got its final answer. */
  get isAnswered(): boolean {
    return this.answered;
  }

  /**
   * Answers with one plain reply; `undefined` is an empty one.
   *
   * @returns when it is sent, if that takes its time
   * @throws NatsTransportError `ENCODE_FAILED`, `PAYLOAD_TOO_LARGE`, `NOT_CONNECTED`
   */
  value(value: unknown): MaybePromise<void> {
    if (this.closed) return undefined;
    this.closed = true;
    return this.send(this.format.single(value, this.context.subject), true);
  }

  /**
   * Answers with all that `source` emits; rejects with what it, or sending, failed with.
   *
   * When the handling is cut short, the source is left. If the application stops, this rejects with
   * that reason, as the caller is to hear of it; otherwise the caller has left, and nothing is sent.
   */
  async values(source: Observable<unknown>): Promise<void> {
    const sink: ReplyStreamSink = {
      single: (value) => this.value(value),
      frame: (value, sequence) => this.frame(value, sequence),
      end: (frames) => this.end(frames),
    };
    try {
      await streamReplies(source, sink, (leave) =>
        whenCancelled(this.context, (reason) => this.leave(reason, leave), { withCaller: true }),
      );
      await this.tail;
    } finally {
      this.ticket?.close();
      this.ticket = undefined;
    }
  }

  /**
   * Answers with an error, after the values before it. Details that do not fit into a message are
   * left out.
   *
   * @throws NatsTransportError `NOT_CONNECTED`
   */
  async error(reply: ErrorReply): Promise<void> {
    this.closed = true;
    try {
      await this.sendLast(() => this.format.error(reply));
    } catch (error) {
      if (!isNatsTransportError(error, 'PAYLOAD_TOO_LARGE')) throw error;
      const { code, message } = reply.body;
      const body = { code: short(code), message: short(message) };
      // the handler's headers may be what is too large
      this.started = true;
      await this.sendLast(() => this.format.error({ body, status: reply.status }));
    }
  }

  /** Answers with nothing, or with the end of a stream, unless there was a final answer already. */
  ensureAnswered(): MaybePromise<void> {
    if (this.answered) return undefined;
    this.closed = true;
    return this.sendLast(() =>
      this.frames === 0
        ? this.format.single(undefined, this.context.subject)
        : this.format.end(this.frames),
    );
  }

  private frame(value: unknown, sequence: number): MaybePromise<void> {
    if (this.closed) return;
    if (this.stream === undefined) {
      this.stream = nuid.next();
      this.ticket = this.cancels.listen(() => cancelContext(this.context, this.calledOff()));
    }
    return this.send(this.format.frame(value, sequence, this.context.subject), false);
  }

  private end(frames: number): MaybePromise<void> {
    if (this.closed) return;
    this.closed = true;
    return this.send(this.format.end(frames), true);
  }

  private leave(reason: unknown, leave: (reason?: unknown) => void): void {
    if (isNatsTransportError(reason, 'CLOSED')) {
      leave(reason);
      return;
    }
    // nobody would take what is still sent
    this.closed = true;
    this.answered = true;
    leave();
  }

  private calledOff(): NatsTransportError {
    const { subject } = this.context;
    return new NatsTransportError(
      'CANCELLED',
      `Nobody wants the rest of the streamed answer on ${quote(subject)}.`,
      { details: { subject } },
    );
  }

  /** Sends an answer after those that wait; of these some may have failed, or one been the last. */
  private async sendLast(format: () => MaybePromise<EncodedMessage>): Promise<void> {
    await this.tail?.catch(() => undefined);
    this.tail = undefined;
    if (!this.answered) await this.send(format(), true);
  }

  private send(encoded: MaybePromise<EncodedMessage>, last: boolean): MaybePromise<void> {
    if (this.tail === undefined && !(encoded instanceof Promise)) {
      this.deliver(encoded, last);
      return undefined;
    }
    return (this.tail = this.sendLater(this.tail, encoded, last));
  }

  private async sendLater(
    before: Promise<void> | undefined,
    encoded: MaybePromise<EncodedMessage>,
    last: boolean,
  ): Promise<void> {
    // it may fail before its turn; until then that is not unhandled
    if (encoded instanceof Promise) encoded.catch(() => undefined);
    await before;
    this.deliver(await encoded, last);
  }

  private deliver(encoded: EncodedMessage, last: boolean): void {
    if (this.answered) return;
    const { payload, headers } = this.started
      ? encoded
      : withHeaders(encoded, this.context.responseHeaders);
    // of several responders that stream, the caller follows one; an envelope has no place for it
    if (this.stream !== undefined) headers?.set(HEADER.replyStream, this.stream);
    const reply = last ? undefined : this.cancelSubject();
    publishNow(this.shared, { subject: this.reply, payload, headers, reply });
    if (this.frames === 0) this.answerer.answering(this.reply);
    this.started = true;
    if (last) {
      this.answered = true;
      return;
    }
    this.frames++;
    restartClock(this.context);
  }

  /** Not on every frame: between accounts a server keeps a mapping for each, for minutes. */
  private cancelSubject(): string | undefined {
    const now = performance.now();
    if (this.ticket === undefined || now < this.askAt) return undefined;
    this.askAt = now + ASK_MS;
    return this.ticket.subject;
  }
}

function short(text: string): string {
  return text.slice(0, SHORT_MESSAGE_LENGTH);
}
