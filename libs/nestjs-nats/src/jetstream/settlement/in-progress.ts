import type { Msg } from '@nats-io/transport-node';
import { Linked, LinkedSet } from '../../core/linked-set.js';
import type { DeliveredMessage, Delivery } from '../pull/delivery.js';

/** How many ticks fit into the time that the server waits for an acknowledgement. */
const TICKS_PER_WAIT = 4;
/** After how many ticks a message is spoken for: it is then between 1/2 and 3/4 of the wait old. */
const FIRST_AFTER = 3;
/** And after how many again. */
const AGAIN_AFTER = 2;

/** How often the wait of the server has to pass until a message is overdue, and how long at least. */
const OVERDUE_WAITS = 10;
const OVERDUE_MS = 300_000;

/** What is done about messages that take long. Must not throw. */
export interface LongWork {
  /** Tells the server that one is worked on. */
  working(delivered: UnderWay): void;
  /** One has been under way for so many milliseconds, or for as long again. */
  overdue(delivered: UnderWay, underWayMs: number): void;
}

/** A message of a stream that is worked on, or waits for it. */
export class UnderWay extends Linked implements DeliveredMessage {
  /** When it is spoken for next, in ticks of its {@link InProgress}; nobody else touches it. */
  dueAt = 0;
  /** How often it was spoken for. */
  spoken = 0;

  constructor(
    readonly message: Msg,
    readonly delivery: Delivery,
  ) {
    super();
  }
}

/**
 * Keeps messages that take long from coming again, by telling the server that they are worked on.
 *
 * All messages of a consumer share one timer, which runs only while there are any; a message that is
 * done in less than half of the wait costs two links and nothing else. A quarter of the wait
 * is left for the word to arrive.
 */
export class InProgress {
  /** In the order in which they are spoken for, as every wait is as long. */
  private readonly due = new LinkedSet<UnderWay>();
  private tick = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly tickMs: number;
  /** How often a message is spoken for until it is overdue: it is so old at least by then. */
  private readonly overdueAfter: number;

  /** @param ackWaitMs how long the server waits for an acknowledgement, in milliseconds */
  constructor(
    ackWaitMs: number,
    private readonly work: LongWork,
  ) {
    this.tickMs = ackWaitMs / TICKS_PER_WAIT;
    const overdueMs = Math.max(OVERDUE_WAITS * ackWaitMs, OVERDUE_MS);
    this.overdueAfter = Math.ceil(overdueMs / (AGAIN_AFTER * this.tickMs));
  }

  /** How many messages are under way. */
  get size(): number {
    return this.due.size;
  }

  /** A message has arrived: from now on its time runs, whether its handler has started or not. */
  begin(delivered: UnderWay): void {
    delivered.dueAt = this.tick + FIRST_AFTER;
    this.due.add(delivered);
    this.timer ??= this.start();
  }

  /** A message is over. */
  end(delivered: UnderWay): void {
    this.due.delete(delivered);
  }

  /** Forgets all messages. */
  close(): void {
    this.due.clear();
    this.stop();
  }

  private start(): NodeJS.Timeout {
    // what is under way has a connection, which keeps the process alive; the timer must not
    return setInterval(() => this.speak(), this.tickMs).unref();
  }

  private stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private speak(): void {
    if (this.due.size === 0) {
      this.stop();
      return;
    }
    this.tick++;
    for (let next = this.due.first; next !== undefined; next = this.due.first) {
      if (next.dueAt > this.tick) return;
      this.work.working(next);
      if (++next.spoken % this.overdueAfter === 0)
        this.work.overdue(next, Math.round(next.spoken * AGAIN_AFTER * this.tickMs));
      // to the end of the order
      this.due.delete(next);
      next.dueAt = this.tick + AGAIN_AFTER;
      this.due.add(next);
    }
  }
}
