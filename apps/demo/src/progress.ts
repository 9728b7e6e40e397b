import type { WriteStream } from 'node:tty';

/** Shows how far a count has come: one line that changes on a terminal, a line per quarter elsewhere. */
export class Progress {
  private lastQuarter = -1;

  constructor(
    private readonly label: string,
    private readonly total: number,
    private readonly out: Pick<WriteStream, 'write' | 'isTTY'> = process.stdout,
  ) {}

  /** Shows a new count. */
  update(done: number): void {
    const line = `  ${this.label} ${done}/${this.total}`;
    if (this.out.isTTY) {
      this.out.write(`\r${line}${done === this.total ? '\n' : ''}`);
      return;
    }
    const quarter = Math.floor((done * 4) / this.total);
    if (quarter === this.lastQuarter) return;
    this.lastQuarter = quarter;
    this.out.write(`${line}\n`);
  }
}
