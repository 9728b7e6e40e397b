/**
 * Waits for `work`, but not longer than `timeoutMs`.
 *
 * @param expired makes what the promise rejects with when the time is over
 */
export function within<T>(work: Promise<T>, timeoutMs: number, expired: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(expired()), timeoutMs);
    void work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
