/**
 * A secret: the text itself, or a function that gives it, which is asked at every attempt to connect, so
 * that a secret that has changed is found.
 *
 * A function that returns a promise is asked before the first attempt, when the connection breaks, and
 * at each attempt to make it again. The NATS client cannot wait for the answer at such an attempt: it
 * uses the last that has arrived, and the next attempt uses the new one.
 */
export type Secret = string | (() => string | Promise<string>);

/** Says what is wrong with a value as a secret, without printing it, or nothing. */
export function secretFault(value: unknown): string | undefined {
  if (typeof value === 'function') return undefined;
  if (typeof value !== 'string') return 'expected a text, or a function that gives one';
  return value === '' ? 'it is empty' : undefined;
}
