import type { Msg, MsgHdrs } from '@nats-io/transport-node';
import { quote } from '../errors/quote.js';
import { NatsTransportError } from '../errors/transport-error.js';
import { type Deadlines, Expiring } from './deadlines.js';
import type { InFlight } from './in-flight.js';

/** Takes what comes back for one request. */
export interface ReplySink {
  /** An answer. There may be more until the request is closed. */
  reply(message: Msg, headers: MsgHdrs | undefined): void;
  /** The request is over; nothing follows. */
  fail(error: NatsTransportError): void;
}

/** A request under way. */
export interface OpenRequest {
  /** Ends the request: the sink hears nothing more. Safe to call at any time, more than once. */
  close(): void;
  /** Starts the time to wait for an answer anew. */
  extend(timeoutMs: number): void;
}

/** What the requests of one connection have in common. */
export interface PendingParts {
  /** Those that wait for an answer, by their tokens. */
  readonly pending: Map<string, PendingRequest>;
  readonly deadlines: Deadlines;
  /** Calls a stream off, if that is what the reply subject of an answer is for. Does not throw. */
  readonly cancel: (subject: string | undefined) => void;
}

/** A request that waits for answers, until it is closed, fails or expires. */
export class PendingRequest extends Expiring implements OpenRequest {
  /** Where the stream of answers, if it is one, can be called off. */
  cancelSubject: string | undefined = undefined;

  constructor(
    private readonly parts: PendingParts,
    private readonly token: string,
    readonly subject: string,
    private timeoutMs: number,
    readonly sink: ReplySink,
    /** Counts the requests of whoever has sent it. */
    private readonly ofSender: InFlight | undefined,
  ) {
    super();
    ofSender?.begin();
  }

  close(): void {
    const { pending, deadlines, cancel } = this.parts;
    if (!pending.delete(this.token)) return;
    deadlines.remove(this);
    cancel(this.cancelSubject);
    this.ofSender?.end();
  }

  extend(timeoutMs: number): void {
    const { pending, deadlines } = this.parts;
    if (!pending.has(this.token)) return;
    deadlines.remove(this);
    this.timeoutMs = timeoutMs;
    deadlines.add(this, timeoutMs);
  }

  expire(): void {
    this.fail(
      new NatsTransportError(
        'TIMEOUT',
        `No answer on ${quote(this.subject)} within ${this.timeoutMs} ms. ` +
          'The request may have been handled; raise timeoutMs if the work takes longer.',
        { details: { subject: this.subject, timeoutMs: this.timeoutMs } },
      ),
    );
  }

  fail(error: NatsTransportError): void {
    if (!this.parts.pending.has(this.token)) return;
    this.close();
    this.sink.fail(error);
  }
}
