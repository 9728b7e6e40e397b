import type { Msg, MsgHdrs } from '@nats-io/transport-node';
import type { OpenRequest, ReplySink } from '../core/pending-request.js';
import { isNatsTransportError, type NatsTransportError } from '../errors/transport-error.js';
import type { PreparedMessage } from './outgoing.js';
import type { OwnRequests } from './own-requests.js';
import { type ReplyContent, type ReplyReader, unread } from './reply-reader.js';

/** Hears the answers to one request: values, then one of `done` and `fail`. */
export interface AnswerListener {
  /** The headers of an answer that has some, before its value. */
  headers?(headers: MsgHdrs): void;
  value(value: unknown): void;
  done(): void;
  fail(error: unknown): void;
}

/**
 * Is a request under way, whose answers are read to the end.
 *
 * The time counts anew from each answer that has been read. An asynchronous reader takes of it too,
 * so that one that never settles ends the request.
 */
export class Exchange implements ReplySink {
  private readonly reader: ReplyReader;
  private readonly request: OpenRequest;
  private open = true;
  private deadline: number;
  /** How many answers an asynchronous reader works on, and the last of them: they keep their order. */
  private reading = 0;
  private tail: Promise<void> | undefined = undefined;
  /** Ends what is still read when the request is over. */
  private rest: NodeJS.Timeout | undefined = undefined;

  /**
   * Sends the request.
   *
   * @throws NatsTransportError what {@link OwnRequests.open} throws
   */
  constructor(
    requests: OwnRequests,
    private readonly message: PreparedMessage,
    private readonly listener: AnswerListener,
  ) {
    const { subject, timeoutMs, remainingMs = timeoutMs, format } = message;
    this.reader = format.reader(subject);
    this.deadline = performance.now() + remainingMs;
    this.request = requests.open(message, this);
  }

  /** Ends it; the listener then hears nothing more. */
  close(): void {
    this.open = false;
    if (this.rest !== undefined) clearTimeout(this.rest);
    this.request.close();
  }

  reply(reply: Msg, answer: MsgHdrs | undefined): void {
    try {
      const content = this.reader.read(reply, answer);
      if (content instanceof Promise) this.tail = this.takeInTurn(this.tail, content, answer);
      else this.take(content, answer);
    } catch (error) {
      this.end(error);
    }
  }

  fail(error: NatsTransportError): void {
    if (this.reading === 0) {
      this.end(error);
    } else if (isNatsTransportError(error, 'TIMEOUT')) {
      this.end(unread(this.message.subject, this.message.timeoutMs));
    } else {
      // what has arrived comes before the end, if it is read in time
      const leftMs = Math.max(0, this.deadline - performance.now());
      this.rest = setTimeout(() => this.end(error), leftMs);
      void this.tail?.then(() => this.end(error));
    }
  }

  private end(error: unknown): void {
    if (!this.open) return;
    this.close();
    this.listener.fail(error);
  }

  private take({ value, hasValue, last, foreign }: ReplyContent, answer?: MsgHdrs): void {
    if (!this.open) return;
    const { listener } = this;
    if (!last && !foreign) {
      const { timeoutMs } = this.message;
      this.deadline = performance.now() + timeoutMs;
      this.request.extend(timeoutMs);
    }
    if (answer !== undefined) listener.headers?.(answer);
    if (this.open && hasValue) listener.value(value);
    if (!last || !this.open) return;
    this.close();
    listener.done();
  }

  private async takeInTurn(
    before: Promise<void> | undefined,
    content: Promise<ReplyContent>,
    answer: MsgHdrs | undefined,
  ): Promise<void> {
    this.reading++;
    // what fails is heard in its turn, and must not count as unhandled until then
    content.catch(() => undefined);
    await before;
    try {
      this.take(await content, answer);
    } catch (error) {
      this.end(error);
    }
    this.reading--;
  }
}
