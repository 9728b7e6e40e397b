import { NatsTransportError } from './transport-error.js';

/** Is the longest timer there is, in milliseconds: a longer one fires at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Ends a check of options: nothing happens when there are no faults.
 *
 * @param faults a sentence each, with the name of the option before a colon
 * @throws NatsTransportError `INVALID_OPTIONS` that names every fault
 */
export function throwFaults(faults: readonly string[], what = 'the NATS options'): void {
  if (faults.length === 0) return;
  throw new NatsTransportError('INVALID_OPTIONS', `Cannot use ${what}: ${faults.join('; ')}.`, {
    details: { faults: [...faults] },
  });
}

/**
 * Names each key of `options` that nobody reads.
 *
 * @param reasons by key: why it is not for applications to set
 */
export function unknownOptionFaults(
  options: object,
  known: readonly string[],
  reasons: Readonly<Record<string, string>> = {},
): string[] {
  return Object.keys(options)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const reason = Object.hasOwn(reasons, key) ? reasons[key] : 'there is no such option';
      return `${key}: ${reason}`;
    });
}

/** Gives the fault of an option under its name, or nothing when there is none. */
export function named(name: string, fault: string | undefined): string[] {
  return fault === undefined ? [] : [`${name}: ${fault}`];
}

/** Says what is wrong with `value` as a whole number within bounds, or nothing. */
export function wholeNumberFault(
  value: unknown,
  minimum: number,
  maximum = Number.MAX_SAFE_INTEGER,
): string | undefined {
  if (Number.isSafeInteger(value) && Number(value) >= minimum && Number(value) <= maximum)
    return undefined;
  return maximum === Number.MAX_SAFE_INTEGER
    ? `expected a whole number, at least ${minimum}`
    : `expected a whole number from ${minimum} to ${maximum}`;
}

/** Says what is wrong with `value` as one of several texts, or nothing. */
export function choiceFault(value: unknown, choices: readonly string[]): string | undefined {
  if (typeof value === 'string' && choices.includes(value)) return undefined;
  const quoted = choices.map((choice) => `'${choice}'`);
  return `expected ${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}
