import { isObservable, lastValueFrom } from 'rxjs';

/**
 * Waits for all that a handler's result does.
 *
 * A Nest-made handler does not reject: a failure arrives as an Observable that errors. So the
 * result is followed to its end before anything is concluded from it.
 */
export async function completion(result: unknown): Promise<void> {
  if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
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
