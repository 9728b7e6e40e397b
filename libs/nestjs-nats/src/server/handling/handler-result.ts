import { ignoreElements, isObservable, lastValueFrom, Subject, takeUntil } from 'rxjs';
import { type NatsMessageContext, whenCancelled } from '../../message/context.js';
import type { MaybePromise } from '../../message/payload.js';

/**
 * Waits for all that a handler's result does.
 *
 * A Nest-made handler does not reject: a failure arrives as an Observable that errors. So the
 * result is followed to its end before anything is concluded from it. When the handling is cut
 * short, an Observable is left, and this rejects with the reason.
 */
export function completion(result: unknown, context: NatsMessageContext): MaybePromise<void> {
  if (!isObservable(result)) return;
  const left = new Subject<never>();
  whenCancelled(context, (reason) => left.error(reason), { withCaller: false });
  return lastValueFrom(result.pipe(ignoreElements(), takeUntil(left)), { defaultValue: undefined });
}

/** Prints a failure, whatever it is, as one line. */
export function failureText(failure: unknown): string {
  return safeText(failure).replaceAll(/\s*[\r\n\u2028\u2029]+\s*/g, ' ');
}

/** A handler may throw anything, also what throws when it is looked at. */
function safeText(failure: unknown): string {
  try {
    return textOf(failure);
  } catch {
    return typeof failure;
  }
}

function textOf(failure: unknown): string {
  if (typeof failure === 'string') return failure;
  const message = (failure as { message?: unknown } | null | undefined)?.message;
  if (typeof message === 'string') return message;
  try {
    return JSON.stringify(failure) ?? typeof failure;
  } catch {
    return typeof failure;
  }
}
