import { compilePattern, isNatsTransportError, NatsTransportError } from '../index.js';

/** @throws NatsTransportError `INVALID_OPTIONS` that names every fault, if there is one */
export function throwFaults(what: string, faults: readonly string[]): void {
  if (faults.length === 0) return;
  throw new NatsTransportError(
    'INVALID_OPTIONS',
    `Cannot use the options of ${what}: ${faults.join('; ')}.`,
    { details: { faults: [...faults] } },
  );
}

/** Names each option that nobody reads. */
export function unknownFaults(options: object, known: readonly string[]): string[] {
  return Object.keys(options)
    .filter((name) => !known.includes(name))
    .map((name) => `${name}: there is no such option`);
}

/** Says what is wrong with a provider or propagator: that it lacks a method. */
export function methodFaults(name: string, value: unknown, method: string): string[] {
  if (value === undefined) return [];
  const found: unknown = (Object(value) as Record<string, unknown>)[method];
  return typeof found === 'function' ? [] : [`${name}: expected an object with ${method}()`];
}

/** Says what is wrong with a list of texts. */
export function textsFaults(name: string, value: unknown): string[] {
  if (value === undefined) return [];
  const isFine = Array.isArray(value) && value.every((one) => typeof one === 'string');
  return isFine ? [] : [`${name}: expected a list of texts`];
}

/** Says what is wrong with patterns of subjects. */
export function patternsFaults(name: string, value: unknown): string[] {
  const faults = textsFaults(name, value);
  if (faults.length > 0 || value === undefined) return faults;
  return (value as readonly string[]).flatMap((pattern) => {
    try {
      compilePattern(pattern);
      return [];
    } catch (error) {
      if (!isNatsTransportError(error)) throw error;
      return [`${name}: ${error.message}`];
    }
  });
}
