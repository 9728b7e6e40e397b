import { type Observable, ReplaySubject } from 'rxjs';

/**
 * Starts `source` at once, and gives its outcome to whoever subscribes, also later.
 *
 * @param unheard receives a failure that nobody has subscribed to hear when it happens
 */
export function hot<T>(source: Observable<T>, unheard: (error: unknown) => void): Observable<T> {
  const result = new ReplaySubject<T>(1);
  source.subscribe({
    next: (value) => result.next(value),
    complete: () => result.complete(),
    error: (error: unknown) => {
      if (!result.observed) unheard(error);
      result.error(error);
    },
  });
  return result.asObservable();
}
