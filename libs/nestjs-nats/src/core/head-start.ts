/** Is how many messages of one go make the server's work worth a write to the socket of their own. */
const ENOUGH = 32;

/**
 * Lets the server begin with the first of many messages that are sent in one go, while the others are
 * still being written.
 *
 * The client library writes to its socket when all is done that can be done without waiting. Who has 64
 * requests under way sends them in one go then, and until the last is written, the server and whoever
 * answers have nothing to do; nor has this process until they are through with all of them. One
 * write more for a go ends that; more than one cost more than they save.
 */
export class HeadStart {
  private count = 0;

  /** @param flush writes to the socket what has been handed to the connection */
  constructor(private readonly flush: () => void) {}

  /** A message that others work on has been handed to the connection. */
  sent(): void {
    if (this.count === 0) queueMicrotask(this.over);
    if (++this.count === ENOUGH) this.flush();
  }

  /** The client library, which was asked first, has written the rest. */
  private readonly over = (): void => {
    this.count = 0;
  };
}
