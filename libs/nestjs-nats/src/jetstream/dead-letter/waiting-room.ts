/**
 * Is how many dead letters of one consumer may wait until they can be stored: each holds a place in
 * which the next message could be handled.
 */
export class WaitingRoom {
  private taken = 0;

  /** @param places how many may wait; with none each is tried once and put off */
  constructor(private readonly places: number) {}

  /** Whether one waits, and no more may. */
  get isFull(): boolean {
    return this.taken > 0 && this.taken >= this.places;
  }

  /** Takes a place, until {@link leave} is called for it. @returns `false` when there is none */
  enter(): boolean {
    if (this.taken >= this.places) return false;
    this.taken++;
    return true;
  }

  leave(): void {
    this.taken--;
  }
}
