import { type Observable, Subject, takeUntil } from 'rxjs';
import type { MaybePromise } from '../message/payload.js';

/**
 * Where the answers of a stream go. What a method throws, or the promise it may give rejects with,
 * makes the stream be left.
 */
export interface ReplyStreamSink {
  /** The only answer. */
  single(value: unknown): MaybePromise<void>;
  /** One of several answers, numbered from 1. */
  frame(value: unknown, sequence: number): MaybePromise<void>;
  /** No more answers, after so many frames. */
  end(frames: number): MaybePromise<void>;
}

/**
 * Turns what `source` emits into answers: one value that comes together with the completion is a
 * single answer, which any NATS client understands; otherwise each value is a numbered frame, and
 * an end follows.
 *
 * @param leaving receives what ends it early: the source is unsubscribed, and the result resolves, or
 * rejects with a reason if one is given
 * @returns when the source has completed; rejects with what it failed with, or what the sink threw
 */
export function streamReplies(
  source: Observable<unknown>,
  sink: ReplyStreamSink,
  leaving?: (leave: (reason?: unknown) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const replies = new ReplyStream(sink);
    const left = new Subject<void>();
    let over = false;
    const leave = (reason?: unknown): void => {
      if (over) return;
      over = true;
      // the source may be endless, and would emit into nothing; it may also emit before subscribe()
      // has returned a subscription
      left.next();
      if (reason === undefined) resolve();
      else reject(reason);
    };
    const attempt = (send: () => MaybePromise<void>): void => {
      if (over) return;
      try {
        const sent = send();
        if (sent instanceof Promise) sent.catch(leave);
      } catch (error) {
        leave(error);
      }
    };
    leaving?.(leave);
    if (over) return;
    source.pipe(takeUntil(left)).subscribe({
      next: (value) =>
        attempt(() => {
          if (!replies.holds(value)) return replies.take(value);
          // a promise or a single value completes in the same turn, and then needs no frame
          queueMicrotask(() => attempt(() => replies.flush()));
        }),
      error: (failure: unknown) => {
        attempt(() => replies.flush());
        over = true;
        reject(failure);
      },
      complete: () =>
        attempt(() => {
          const sent = replies.complete();
          over = true;
          resolve();
          return sent;
        }),
    });
  });
}

class ReplyStream {
  private sequence = 0;
  private held: { value: unknown } | undefined;

  constructor(private readonly sink: ReplyStreamSink) {}

  /** @returns whether the value, as the first, is held back until {@link flush} or {@link complete} */
  holds(value: unknown): boolean {
    if (this.sequence > 0 || this.held !== undefined) return false;
    this.held = { value };
    return true;
  }

  take(value: unknown): MaybePromise<void> {
    // what is sent later fails if this does
    void this.flush();
    return this.sink.frame(value, ++this.sequence);
  }

  flush(): MaybePromise<void> {
    if (this.held === undefined) return undefined;
    const { value } = this.held;
    this.held = undefined;
    return this.sink.frame(value, ++this.sequence);
  }

  complete(): MaybePromise<void> {
    const { held } = this;
    this.held = undefined;
    return this.sequence > 0 ? this.sink.end(this.sequence) : this.sink.single(held?.value);
  }
}
