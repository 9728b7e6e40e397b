/**
 * Waits for `work`, but not longer than `timeoutMs`, nor after a signal has aborted. What the work
 * comes to after that is not heard of.
 *
 * @param expired makes what the promise rejects with when the time is over
 * @param signal the promise rejects with its reason
 */
export function within<T>(
  work: Promise<T>,
  timeoutMs: number,
  expired: () => Error,
  signal?: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    // work that never settles must not keep a timer, nor a listener on a signal that lives on
    const stop = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    const abort = (): void => {
      stop();
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      stop();
      reject(expired());
    }, timeoutMs);
    signal?.addEventListener('abort', abort);
    void work.then(resolve, reject).finally(stop);
    if (signal?.aborted) abort();
  });
}

/** Tells what is left of a time that runs since `start`, in whole milliseconds, at least 1. */
export function remainder(timeoutMs: number, start: number): number {
  return Math.max(1, Math.ceil(timeoutMs - (performance.now() - start)));
}
