import type { WriteStream } from 'node:tty';
import type { Sample, Watcher } from './chaos-result.js';
import type { Fault } from './oracle.js';

const EVERY_MS = { terminal: 200, elsewhere: 5_000 } as const;
const RATE_OVER_MS = 2_000;

/** Shows how far a run is: one line that changes on a terminal, a line now and then elsewhere. */
export class Progress implements Watcher {
  private readonly recent: Sample[] = [];
  private shownAtMs = -Infinity;
  private width = 0;

  constructor(
    private readonly total: { readonly messages: number; readonly faults: number },
    private readonly out: Pick<WriteStream, 'write' | 'isTTY'> = process.stdout,
  ) {}

  progress(now: Sample & { readonly attempted: number; readonly faults: number }): void {
    this.recent.push(now);
    while (now.ms - this.recent[0]!.ms > RATE_OVER_MS) this.recent.shift();
    const everyMs = this.out.isTTY ? EVERY_MS.terminal : EVERY_MS.elsewhere;
    if (now.ms - this.shownAtMs < everyMs) return;
    this.shownAtMs = now.ms;
    const [first] = this.recent;
    const seconds = (now.ms - first!.ms) / 1_000;
    const rate = seconds > 0 ? Math.round((now.handled - first!.handled) / seconds) : 0;
    const { messages, faults } = this.total;
    this.show(
      `  published ${count(now.attempted)}  acked ${count(now.acked)}  ` +
        `handled ${count(now.handled)}/${count(messages)}  kills ${now.faults}/${faults}  ${count(rate)}/s`,
    );
  }

  inflicted({ what, name, at, backAt }: Fault): void {
    if (this.out.isTTY) return;
    this.out.write(`  kill -9 of ${what} ${name}, back after ${backAt - at} ms\n`);
  }

  /** Leaves the line. */
  end(): void {
    if (this.out.isTTY && this.width > 0) this.out.write('\n');
  }

  private show(line: string): void {
    if (!this.out.isTTY) {
      this.out.write(`${line}\n`);
      return;
    }
    // what is left of a longer line is overwritten
    this.out.write(`\r${line.padEnd(this.width)}`);
    this.width = line.length;
  }
}

function count(value: number): string {
  return value.toLocaleString('en');
}
