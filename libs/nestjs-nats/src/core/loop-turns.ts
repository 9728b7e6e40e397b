/** Is how many go on together at most: whom they send to begins with these, while others end. */
const TOGETHER = 64;

/**
 * Tells turns of the event loop apart, and lets what ends in one go on together.
 *
 * What many handlers send one after the other costs a write to the socket each; sent in one go, it is
 * one for all.
 */
export class LoopTurns {
  private count = 0;
  private isTimed = false;
  private waiting = 0;
  private together: Promise<void> | undefined;
  private goOn: () => void = () => undefined;

  /** Names the present turn; the next one has another number. */
  present(): number {
    this.time();
    return this.count;
  }

  /** Tells whether that turn is over. */
  isOver(turn: number): boolean {
    return turn !== this.count;
  }

  /** Resolves at the end of the present turn, or when 64 wait for it: for all of them, one after the other. */
  end(): Promise<void> {
    this.time();
    const together = (this.together ??= new Promise((resolve) => (this.goOn = resolve)));
    if (++this.waiting === TOGETHER) this.release();
    return together;
  }

  private time(): void {
    if (this.isTimed) return;
    this.isTimed = true;
    setImmediate(() => {
      this.isTimed = false;
      this.count++;
      this.release();
    });
  }

  private release(): void {
    this.waiting = 0;
    this.together = undefined;
    this.goOn();
  }
}
