import { type Observable, Subject, takeUntil } from 'rxjs';

/** Where the answers of a stream go. Each may throw; then the stream is left. */
export interface ReplyStreamSink {
  /** The only answer. */
  single(value: unknown): void;
  /** One of several answers, numbered from 1. */
  frame(value: unknown, sequence: number): void;
  /** No more answers, after so many frames. */
  end(frames: number): void;
}

/**
 * Turns what `source` emits into answers: one value that comes together with the completion is a
 * single answer, which any NATS client understands; otherwise each value is a numbered frame, and
 * an end follows.
 *
 * @returns when the source has completed; rejects with what it failed with, or what the sink threw
 */
export function streamReplies(source: Observable<unknown>, sink: ReplyStreamSink): Promise<void> {
  return new Promise((resolve, reject) => {
    const replies = new ReplyStream(sink);
    const left = new Subject<void>();
    let over = false;
    const attempt = (send: () => void): void => {
      if (over) return;
      try {
        send();
      } catch (error) {
        over = true;
        // the source may be endless, and would emit into nothing; it may also emit before
        // subscribe() has returned a subscription
        left.next();
        reject(error);
      }
    };
    source.pipe(takeUntil(left)).subscribe({
      next: (value) =>
        attempt(() => {
          // a promise or a single value completes in the same turn, and then needs no frame
          if (replies.take(value)) queueMicrotask(() => attempt(() => replies.flush()));
        }),
      error: (failure: unknown) => {
        attempt(() => replies.flush());
        over = true;
        reject(failure);
      },
      complete: () =>
        attempt(() => {
          replies.complete();
          over = true;
          resolve();
        }),
    });
  });
}

class ReplyStream {
  private sequence = 0;
  private held: { value: unknown } | undefined;

  constructor(private readonly sink: ReplyStreamSink) {}

  /** @returns whether the value is held back and {@link flush} is to be called */
  take(value: unknown): boolean {
    if (this.sequence === 0 && this.held === undefined) {
      this.held = { value };
      return true;
    }
    this.flush();
    this.sink.frame(value, ++this.sequence);
    return false;
  }

  flush(): void {
    if (this.held === undefined) return;
    const { value } = this.held;
    this.held = undefined;
    this.sink.frame(value, ++this.sequence);
  }

  complete(): void {
    if (this.sequence > 0) this.sink.end(this.sequence);
    else this.sink.single(this.held?.value);
    this.held = undefined;
  }
}
