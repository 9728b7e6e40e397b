/**
 * Tells turns of the event loop apart, and lets what ends in one go on together.
 *
 * What many handlers send one after the other costs a write to the socket each; sent in one go, it is
 * one for all.
 */
export class LoopTurns {
  private count = 0;
  private ended: Promise<void> | undefined;

  /** Names the present turn; the next one has another number. */
  present(): number {
    void this.end();
    return this.count;
  }

  /** Tells whether that turn is over. */
  isOver(turn: number): boolean {
    return turn !== this.count;
  }

  /** Resolves at the end of the present turn: for all that wait for it, one after the other. */
  end(): Promise<void> {
    return (this.ended ??= new Promise((resolve) => {
      setImmediate(() => {
        this.count++;
        this.ended = undefined;
        resolve();
      });
    }));
  }
}
