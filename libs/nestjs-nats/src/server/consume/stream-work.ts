import { isObservable, tap } from 'rxjs';
import { isBatchFailure } from '../../errors/handler-exceptions.js';
import type { MessageSettlement, SettlementListener } from '../../interceptor/interceptor.js';
import type { DeliveredMessage } from '../../jetstream/pull/delivery.js';
import { JetStreamContext } from '../../jetstream/consumer/jetstream-context.js';
import type { Admission } from '../../jetstream/settlement/admission.js';
import type { Outcome } from '../../jetstream/settlement/settlement.js';
import type { NatsMessageContext } from '../../message/context.js';
import type { MaybePromise } from '../../message/payload.js';
import { completion } from '../handling/handler-result.js';
import { dataOf, type IncomingReader } from '../handling/incoming.js';
import { Work } from '../handling/work.js';
import type { ConsumerEntry } from './consumer-table.js';

/** A message on its way to its handler. */
export interface Admitted {
  readonly delivered: DeliveredMessage;
  readonly entry: ConsumerEntry;
  readonly admission: Admission;
  /** Hears what becomes of the message, if an interceptor wants to; does not throw. */
  heard?: (settlement: MessageSettlement) => void;
}

/** How a call ended; nothing when it was not made, because waiting was over. */
export type CallOutcome = Outcome | undefined;

/** What the handling of messages of streams works with. */
export interface StreamParts {
  readonly read: IncomingReader;
  /** Hears of a failure that is no outcome any more. */
  readonly report: (failure: unknown) => void;
}

const DONE: Outcome = Object.freeze({ kind: 'done' });

/** Follows the handling of messages of a stream to its end, and remembers how that was. */
abstract class StreamWork extends Work {
  readonly kind = 'event';
  readonly queue = undefined;
  readonly sends = true;
  /** How it ended; nothing when it was not begun. */
  value: CallOutcome = undefined;
  /** Those who want to hear what becomes of the messages; there is no list while there are none. */
  protected listeners: SettlementListener[] | undefined = undefined;
  private isSettled = false;

  constructor(
    readonly handler: ConsumerEntry,
    protected readonly parts: StreamParts,
  ) {
    super();
  }

  override get limitMs(): number | undefined {
    return this.handler.options.handlerTimeoutMs;
  }

  override settleNow(): MaybePromise<void> {
    this.isSettled = true;
    return this.settle();
  }

  over(): MaybePromise<void> {
    return this.isSettled ? undefined : this.settleNow();
  }

  override onSettled(listener: SettlementListener): void {
    (this.listeners ??= []).push(listener);
  }

  unread(error: unknown): void {
    this.value = { kind: 'unreadable', error };
  }

  follow(result: unknown): MaybePromise<void> {
    assertNoFailure(result);
    const followed = isObservable(result) ? result.pipe(tap(assertNoFailure)) : result;
    return completion(followed, this.context);
  }

  succeeded(): void {
    this.value = DONE;
  }

  failed(error: unknown): void {
    this.value = { kind: 'failed', error };
  }

  report(failure: unknown): void {
    this.parts.report(failure);
  }

  /** Tells who settles the messages that the call has ended, or is not waited for any longer. */
  protected abstract settle(): MaybePromise<void>;

  /** Lets the listeners hear what becomes of a message. */
  protected listen(one: Admitted, index: number): void {
    const { listeners } = this;
    if (listeners !== undefined)
      one.heard = (settlement) => this.tell(listeners, settlement, index);
  }

  private tell(
    listeners: readonly SettlementListener[],
    settlement: MessageSettlement,
    index: number,
  ): void {
    for (const listener of listeners) {
      try {
        listener(settlement, index);
      } catch (failure) {
        this.report(failure);
      }
    }
  }
}

/** Is one message of a stream that is handled for itself. */
export class MessageWork extends StreamWork implements Admitted {
  readonly context: JetStreamContext;
  heard: Admitted['heard'] = undefined;

  /** @param ended hears, once, how the call has ended, and settles the message; may throw without a limit */
  constructor(
    parts: StreamParts,
    readonly delivered: DeliveredMessage,
    readonly entry: ConsumerEntry,
    readonly admission: Admission,
    private readonly ended: (work: MessageWork) => MaybePromise<void>,
  ) {
    super(entry, parts);
    this.context = contextOf(this);
  }

  read(): MaybePromise<unknown> {
    return dataOf(this.parts.read(this.delivered.message, this.entry, this.context));
  }

  protected settle(): MaybePromise<void> {
    this.listen(this, 0);
    return this.ended(this);
  }
}

/** Is several messages of a stream that are handled in one call. */
export class BatchWork extends StreamWork {
  constructor(
    parts: StreamParts,
    private readonly batch: readonly Admitted[],
    readonly context: NatsMessageContext,
    private readonly data: readonly unknown[],
    private readonly ended: (value: CallOutcome) => Promise<void>,
  ) {
    super(batch[0]!.entry, parts);
  }

  read(): readonly unknown[] {
    return this.data;
  }

  protected settle(): Promise<void> {
    for (const [index, one] of this.batch.entries()) this.listen(one, index);
    return this.ended(this.value);
  }
}

/** Makes what a handler can learn about a message. */
export function contextOf({ delivered, entry, admission }: Admitted): JetStreamContext {
  const { message, delivery } = delivered;
  return new JetStreamContext(message, entry.pattern, delivery, admission.used + 1);
}

/** A batch failure that is given instead of thrown is one all the same: it says what is not done. */
function assertNoFailure(result: unknown): void {
  if (isBatchFailure(result)) throw result;
}
