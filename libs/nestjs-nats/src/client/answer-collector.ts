import type { Msg, MsgHdrs } from '@nats-io/transport-node';
import type { OpenRequest, ReplySink } from '../core/pending-request.js';
import { isNatsTransportError, type NatsTransportError } from '../errors/transport-error.js';
import type { GatherOptions } from './call-options.js';
import type { AnswerListener } from './exchange.js';
import type { PreparedMessage } from './outgoing.js';
import type { OwnRequests } from './own-requests.js';
import { type ReplyContent, unread } from './reply-reader.js';

/** Collects the answers of several responders to one request; see {@link gatherAnswers} for when it ends. */
export class AnswerCollector implements ReplySink {
  private readonly deadline: number;
  private readonly request: OpenRequest;
  private open = true;
  private count = 0;
  /** How many answers an asynchronous reader works on. */
  private reading = 0;
  /** Is set when no more answers are taken, and only those that are being read are waited for. */
  private outcome: { readonly failure?: NatsTransportError } | undefined;
  /** Ends the wait for the next answer, or, when the request is over, for what is still read. */
  private timer: NodeJS.Timeout | undefined;

  /**
   * Sends the request.
   *
   * @throws NatsTransportError what {@link OwnRequests.open} throws
   */
  constructor(
    requests: OwnRequests,
    private readonly message: PreparedMessage,
    private readonly options: GatherOptions,
    private readonly listener: AnswerListener,
  ) {
    const { timeoutMs, remainingMs = timeoutMs } = message;
    this.deadline = performance.now() + remainingMs;
    this.request = requests.open(message, this);
  }

  /** Ends it; the listener hears nothing more. */
  close(): void {
    this.open = false;
    clearTimeout(this.timer);
    this.request.close();
  }

  reply(message: Msg, headers: MsgHdrs | undefined): void {
    if (this.outcome !== undefined) return;
    const { max = Infinity, stallMs } = this.options;
    const full = ++this.count >= max;
    try {
      // each responder is read on its own: their answers are not frames of one stream
      const content = this.message.format.reader(this.message.subject).read(message, headers);
      if (content instanceof Promise) void this.takeLater(content);
      else this.take(content);
    } catch (error) {
      this.report(error);
    }
    if (!this.open) return;
    if (full) this.end();
    else if (stallMs !== undefined) this.awaitNext(Math.min(stallMs, this.message.timeoutMs));
  }

  fail(error: NatsTransportError): void {
    if (isNatsTransportError(error, 'TIMEOUT')) return this.finish();
    this.end(error);
    if (!this.open) return;
    // the request is over: what has arrived has the rest of its time to be read
    const leftMs = Math.max(0, this.deadline - performance.now());
    this.timer = setTimeout(() => this.finish(), leftMs);
  }

  private take({ value, hasValue }: ReplyContent): void {
    if (this.open && hasValue) this.listener.value(value);
  }

  private async takeLater(content: Promise<ReplyContent>): Promise<void> {
    this.reading++;
    try {
      this.take(await content);
    } catch (error) {
      this.report(error);
    }
    this.reading--;
    if (this.open && this.outcome !== undefined && this.reading === 0) this.finish();
  }

  /** Has a timer apart from the request's own, which no answer prolongs: a flood of them must not. */
  private awaitNext(stallMs: number): void {
    if (this.timer === undefined) this.timer = setTimeout(() => this.end(), stallMs);
    else this.timer.refresh();
  }

  private report(error: unknown): void {
    if (!this.open) return;
    try {
      this.options.onError?.(error);
    } catch (thrown) {
      this.close();
      this.listener.fail(thrown);
    }
  }

  /** Takes no more answers. */
  private end(failure?: NatsTransportError): void {
    clearTimeout(this.timer);
    this.outcome ??= { failure };
    if (this.reading === 0) this.finish();
  }

  /** Is done, whether or not everything has been read. */
  private finish(): void {
    const { subject, timeoutMs } = this.message;
    for (let left = this.reading; left > 0; left--) this.report(unread(subject, timeoutMs));
    if (!this.open) return;
    this.close();
    if (this.outcome?.failure === undefined) this.listener.done();
    else this.listener.fail(this.outcome.failure);
  }
}
