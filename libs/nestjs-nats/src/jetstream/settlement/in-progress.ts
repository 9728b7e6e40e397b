import type { DeliveredMessage } from '../consumer/delivery.js';

/** How many ticks fit into the time that the server waits for an acknowledgement. */
const TICKS_PER_WAIT = 4;
/** After how many ticks a message is spoken for: it is then between 1/2 and 3/4 of the wait old. */
const FIRST_AFTER = 3;
/** And after how many again. */
const AGAIN_AFTER = 2;

/**
 * Keeps messages that take long from coming again, by telling the server that they are worked on.
 *
 * All messages of a consumer share one timer, which runs only while there are any; a message that is
 * done in less than half of the wait costs an entry in a map and nothing else. A quarter of the wait
 * is left for the word to arrive.
 */
export class InProgress {
  /** When each message is spoken for, in ticks; in that order, as every wait is as long. */
  private readonly due = new Map<DeliveredMessage, number>();
  private tick = 0;
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param ackWaitMs how long the server waits for an acknowledgement, in milliseconds
   * @param working tells the server of one message; must not throw
   */
  constructor(
    private readonly ackWaitMs: number,
    private readonly working: (delivered: DeliveredMessage) => unknown,
  ) {}

  /** How many messages are under way. */
  get size(): number {
    return this.due.size;
  }

  /** A message has arrived: from now on its time runs, whether its handler has started or not. */
  begin(delivered: DeliveredMessage): void {
    this.due.set(delivered, this.tick + FIRST_AFTER);
    this.timer ??= this.start();
  }

  /** A message is over. */
  end(delivered: DeliveredMessage): void {
    this.due.delete(delivered);
  }

  /** Forgets all messages. */
  close(): void {
    this.due.clear();
    this.stop();
  }

  private start(): NodeJS.Timeout {
    // what is under way has a connection, which keeps the process alive; the timer must not
    return setInterval(() => this.speak(), this.ackWaitMs / TICKS_PER_WAIT).unref();
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
    for (const [delivered, dueAt] of this.due) {
      if (dueAt > this.tick) return;
      this.working(delivered);
      // to the end of the order
      this.due.delete(delivered);
      this.due.set(delivered, this.tick + AGAIN_AFTER);
    }
  }
}
