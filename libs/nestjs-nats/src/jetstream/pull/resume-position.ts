/**
 * Remembers where a consumer of one process goes on if it has to be made anew: behind what has been
 * settled, so that a message which waits for its next attempt is not lost with the consumer.
 */
export class ResumePosition {
  private behind: number | undefined;
  private readonly open = new Set<number>();

  /** The sequence of the stream behind which to go on; nothing as long as that is where it began. */
  get sequence(): number | undefined {
    if (this.open.size === 0) return this.behind;
    let oldest = Infinity;
    for (const sequence of this.open) if (sequence < oldest) oldest = sequence;
    return oldest - 1;
  }

  /**
   * A consumer has been made.
   *
   * @param lastSequence the sequence of the stream's newest message by then
   * @param fromNow whether it begins behind that, if it is the first
   */
  made(lastSequence: number, fromNow: boolean): void {
    if (this.behind === undefined) {
      if (fromNow) this.behind = lastSequence;
    } else if (this.behind > lastSequence) {
      // the stream was made anew as well, and is consumed from its beginning
      this.behind = 0;
      this.open.clear();
    }
  }

  /** A message has come. */
  begin(sequence: number): void {
    this.open.add(sequence);
    this.behind = Math.max(this.behind ?? 0, sequence);
  }

  /** A message is settled: it does not come again. */
  end(sequence: number): void {
    this.open.delete(sequence);
  }
}
