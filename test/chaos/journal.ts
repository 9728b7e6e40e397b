import { type FileHandle, open } from 'node:fs/promises';

/** A line that a process wrote before anything else happened. */
export interface JournalEntry {
  /**
   * `try`: a message is about to be sent; `ack`: its acknowledgement has come; `did`: it was handled;
   * `redid`: so it was, and had been delivered before.
   */
  readonly what: string;
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The process that wrote it. */
  readonly by: string;
}

const CHUNK = 1 << 20;

/** Reads what a process appends to a file, as far as it has come. */
export class JournalReader {
  private file: FileHandle | undefined;
  private offset = 0;
  /** The beginning of a line of which the end is not written yet. */
  private rest = '';
  private readonly buffer = Buffer.allocUnsafe(CHUNK);

  constructor(
    private readonly path: string,
    private readonly by: string,
  ) {}

  /** Gives every line that has been added since the last time. @throws Error for one that cannot be read */
  async read(take: (entry: JournalEntry) => void): Promise<void> {
    this.file ??= await open(this.path, 'a+');
    for (;;) {
      const { bytesRead } = await this.file.read(this.buffer, 0, CHUNK, this.offset);
      if (bytesRead === 0) return;
      this.offset += bytesRead;
      const lines = (this.rest + this.buffer.toString('latin1', 0, bytesRead)).split('\n');
      this.rest = lines.pop()!;
      for (const line of lines) take(this.parse(line));
    }
  }

  async close(): Promise<void> {
    await this.file?.close();
    this.file = undefined;
  }

  private parse(line: string): JournalEntry {
    const match = /^([a-z]+) (\d+) (\d+)$/.exec(line);
    if (!match) throw new Error(`${this.path} has a line that nobody writes: ${line}`);
    return { what: match[1]!, id: Number(match[2]), at: Number(match[3]), by: this.by };
  }
}
