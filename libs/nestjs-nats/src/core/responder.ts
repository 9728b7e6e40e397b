import { nuid } from '@nats-io/transport-node';
import type { Observable } from 'rxjs';
import type { SharedConnection } from '../connection/shared-connection.js';
import { isNatsTransportError } from '../errors/transport-error.js';
import type { NatsMessageContext } from '../message/context.js';
import type { ErrorReply } from '../message/error-reply.js';
import { HEADER } from '../message/header-table.js';
import type { EncodedMessage } from '../message/payload.js';
import { type ReplyFormat, withHeaders } from '../message/reply-format.js';
import { publishNow } from './publisher.js';
import { streamReplies } from './reply-stream.js';

/** Is how much of an error's message is told when the whole does not fit into a message. */
const SHORT_MESSAGE_LENGTH = 512;

/**
 * Answers one request: with a value, a stream of values, or an error.
 *
 * The methods fail with what kept an answer from being sent; the caller turns that into
 * {@link error}, so that the requester does not wait for its timeout. The first answer carries the
 * headers that the handler has set on its context.
 */
export class Responder {
  private started = false;
  /** Names the stream of answers, once there is one. */
  private stream: string | undefined;
  /** The last answer that waits for an asynchronous format; answers keep their order. */
  private tail: Promise<void> | undefined;

  /** @param reply the reply subject, which a reply policy has allowed */
  constructor(
    private readonly shared: SharedConnection,
    private readonly reply: string,
    private readonly format: ReplyFormat,
    private readonly context: NatsMessageContext,
  ) {}

  /**
   * Answers with one plain reply; `undefined` is an empty one.
   *
   * @throws NatsTransportError `ENCODE_FAILED`, `PAYLOAD_TOO_LARGE`, `NOT_CONNECTED`
   */
  async value(value: unknown): Promise<void> {
    this.send(this.format.single(value, this.context.subject));
    await this.sent();
  }

  /** Answers with all that `source` emits; rejects with what it, or sending, failed with. */
  async values(source: Observable<unknown>): Promise<void> {
    await streamReplies(source, {
      single: (value) => this.send(this.format.single(value, this.context.subject)),
      frame: (value, sequence) => {
        this.stream ??= nuid.next();
        this.send(this.format.frame(value, sequence, this.context.subject));
      },
      end: (frames) => this.send(this.format.end(frames)),
    });
    await this.sent();
  }

  /**
   * Answers with an error. Details that do not fit into a message are left out.
   *
   * @throws NatsTransportError `NOT_CONNECTED`
   */
  async error(reply: ErrorReply): Promise<void> {
    this.tail = undefined;
    try {
      this.send(this.format.error(reply));
      await this.sent();
    } catch (error) {
      if (!isNatsTransportError(error, 'PAYLOAD_TOO_LARGE')) throw error;
      const { code, message } = reply.body;
      const body = { code: short(code), message: short(message) };
      // the handler's headers may be what is too large
      this.started = true;
      this.send(this.format.error({ body, status: reply.status }));
      await this.sent();
    }
  }

  /** Answers with nothing, unless there was an answer already. */
  async ensureAnswered(): Promise<void> {
    if (!this.started) await this.value(undefined);
  }

  /** Waits for answers of an asynchronous format. */
  private async sent(): Promise<void> {
    await this.tail;
  }

  private send(encoded: EncodedMessage | Promise<EncodedMessage>): void {
    if (this.tail === undefined && !(encoded instanceof Promise)) {
      this.deliver(encoded);
      return;
    }
    const before = this.tail ?? Promise.resolve();
    this.tail = before.then(async () => this.deliver(await encoded));
    // whoever awaits the tail hears of a failure; until then it is not unhandled
    this.tail.catch(() => undefined);
  }

  private deliver(encoded: EncodedMessage): void {
    const { payload, headers } = this.started
      ? encoded
      : withHeaders(encoded, this.context.responseHeaders);
    // of several responders that stream, the caller follows one; an envelope has no place for it
    if (this.stream !== undefined) headers?.set(HEADER.replyStream, this.stream);
    publishNow(this.shared, { subject: this.reply, payload, headers });
    this.started = true;
  }
}

function short(text: string): string {
  return text.slice(0, SHORT_MESSAGE_LENGTH);
}
