import type { Socket } from 'node:net';

/** What all connections of a proxy suffer in one direction. */
export interface LineState {
  stalled: boolean;
  delayMs: number;
}

interface Entry {
  /** `undefined`: the end. */
  readonly bytes: Buffer | undefined;
  readonly dueAt: number;
}

/** From so many bytes on, the sender has to wait, as it would for a slow network. */
export const MOST_HELD_BYTES = 1024 * 1024;

/** One direction of a connection: what one socket receives, another sends, in order and when the line allows. */
export class TcpFlow {
  /** How many bytes were received and not passed on. */
  heldBytes = 0;
  private readonly entries: Entry[] = [];
  private ended = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
    private readonly line: LineState,
  ) {
    from.on('data', (bytes) => this.take(bytes));
    from.once('end', () => this.take(undefined));
    // without an end if the connection broke
    from.once('close', () => this.take(undefined));
    to.on('drain', () => this.pump());
    to.once('close', () => this.drop());
  }

  /** Passes on what may be passed on now. */
  pump(): void {
    clearTimeout(this.timer);
    if (this.to.destroyed) return this.drop();
    while (!this.line.stalled && !this.to.writableNeedDrain) {
      const [next] = this.entries;
      if (next === undefined) break;
      const waitMs = next.dueAt - performance.now();
      if (waitMs > 0) {
        this.timer = setTimeout(() => this.pump(), waitMs);
        break;
      }
      this.entries.shift();
      this.heldBytes -= next.bytes?.length ?? 0;
      if (next.bytes) this.to.write(next.bytes);
      else this.to.end();
    }
    if (this.heldBytes < MOST_HELD_BYTES) this.from.resume();
    else this.from.pause();
  }

  private take(bytes: Buffer | undefined): void {
    if (this.ended) return;
    this.ended = bytes === undefined;
    this.entries.push({ bytes, dueAt: performance.now() + this.line.delayMs });
    this.heldBytes += bytes?.length ?? 0;
    this.pump();
  }

  /** Nobody is there to receive: reads on, to notice the sender's end. */
  private drop(): void {
    clearTimeout(this.timer);
    this.entries.length = 0;
    this.heldBytes = 0;
    this.from.resume();
  }
}
