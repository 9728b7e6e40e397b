import type { ErrorReply } from '../message/error-reply.js';

/** Is how much of an error is kept, in UTF-16 units. */
const MAX_ERROR_LENGTH = 256;

const NANOS_PER_MS = 1_000_000;

/** What an {@link EndpointCounter} has counted, under the names of the protocol. */
export interface EndpointCounts {
  readonly num_requests: number;
  readonly num_errors: number;
  readonly last_error: string;
  readonly processing_time: number;
  readonly average_processing_time: number;
}

/** Counts the requests of one handler, and how long they take: two looks at the clock for each. */
export class EndpointCounter {
  private requests = 0;
  private errors = 0;
  private lastError = '';
  private totalMs = 0;

  get counts(): EndpointCounts {
    const nanos = Math.round(this.totalMs * NANOS_PER_MS);
    return {
      num_requests: this.requests,
      num_errors: this.errors,
      last_error: this.lastError,
      processing_time: nanos,
      average_processing_time: this.requests === 0 ? 0 : Math.trunc(nanos / this.requests),
    };
  }

  /** Counts a request, which is over when `work` is: with the last of its answers. */
  async follow(work: () => Promise<void>): Promise<void> {
    // at once: an error is counted before its request is over
    this.requests++;
    const start = performance.now();
    try {
      await work();
    } finally {
      this.totalMs += performance.now() - start;
    }
  }

  /** Counts a request that is not handled at all, and takes no time. */
  turnedAway(reply: ErrorReply): void {
    this.requests++;
    this.failed(reply);
  }

  /** Counts an error; whoever may look at the statistics sees what its caller is told. */
  failed({ status, body }: ErrorReply): void {
    this.errors++;
    this.lastError = `${status}: ${body.message}`.slice(0, MAX_ERROR_LENGTH);
  }
}
