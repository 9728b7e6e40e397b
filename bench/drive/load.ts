/** What a run told besides its time. */
export interface Details {
  /** Half of the requests took less than this, in microseconds. */
  readonly p50Us?: number;
  /** And all but one in a hundred less than this. */
  readonly p99Us?: number;
}

/** Sends messages of one scenario. */
export interface Load {
  /** Runs are of a multiple of this many messages. */
  readonly step: number;
  /** Sends so many messages, and is over when all have been handled. */
  run(count: number): Promise<Details>;
  close(): Promise<void>;
}

/** Calls `work` for each of `count`, so many at a time. */
export async function pooled(
  count: number,
  concurrency: number,
  work: (i: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, worker));
}
