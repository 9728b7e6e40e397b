/** Does one thing after the other. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  /** Does something when everything before it has ended, well or not. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work, work);
    this.last = turn;
    return turn;
  }
}
