import { choiceFault, wholeNumberFault } from '../../errors/option-faults.js';
import { describe, quote } from '../../errors/quote.js';
import { printDuration } from './print-setting.js';

/** Says what is wrong with the value of a setting, or nothing. */
export type SettingCheck = (value: unknown) => string | undefined;

/** A check for each setting of `T`, so that none is forgotten. */
export type SettingChecks<T> = { readonly [K in keyof T]-?: SettingCheck };

/**
 * Checks settings that have the names NATS gives them.
 *
 * @param reasons by name: why a setting is not for applications to set
 */
export function settingFaults(
  settings: object,
  checks: Readonly<Record<string, SettingCheck>>,
  reasons: Readonly<Record<string, string>> = {},
): string[] {
  return Object.entries(settings).flatMap(([name, value]: [string, unknown]) => {
    if (value === undefined) return [];
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    const fault = check ? check(value) : unknownSetting(name, checks, reasons);
    return fault === undefined ? [] : [`${name}: ${fault}`];
  });
}

function unknownSetting(
  name: string,
  checks: Readonly<Record<string, SettingCheck>>,
  reasons: Readonly<Record<string, string>>,
): string {
  if (Object.hasOwn(reasons, name)) return reasons[name]!;
  const snake = name.replace(/Ms$/, '').replaceAll(/[A-Z]/g, (char) => `_${char.toLowerCase()}`);
  const known = snake !== name && Object.hasOwn(checks, snake);
  return known ? `NATS calls it ${snake}` : 'there is no such setting';
}

/** Checks a duration in nanoseconds; 0 stands for none. */
export function durationOf(minimum: number): SettingCheck {
  return (value) => {
    if (!Number.isSafeInteger(value) || Number(value) < 0)
      return 'expected nanoseconds, at least 0';
    const nanoseconds = Number(value);
    if (nanoseconds === 0 || nanoseconds >= minimum) return undefined;
    return (
      `${nanoseconds} nanoseconds are only ${printDuration(nanoseconds)}, and NATS wants at least ` +
      `${printDuration(minimum)}; nanos(${nanoseconds}) makes nanoseconds of milliseconds`
    );
  };
}

/** Checks a limit, for which 0 and -1 stand for none. */
export const limit: SettingCheck = (value) => wholeNumberFault(value, -1);

export function wholeNumber(minimum: number, maximum?: number): SettingCheck {
  return (value) => wholeNumberFault(value, minimum, maximum);
}

export function oneOf(...choices: readonly string[]): SettingCheck {
  return (value) => choiceFault(value, choices);
}

export const flag: SettingCheck = (value) =>
  typeof value === 'boolean' ? undefined : `expected true or false, got ${describe(value)}`;

export const text: SettingCheck = (value) =>
  typeof value === 'string' ? undefined : `expected text, got ${describe(value)}`;

/** Checks a time as NATS takes it. */
export const time: SettingCheck = (value) =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) && !isNaN(Date.parse(value))
    ? undefined
    : 'expected a time as Date.toISOString() gives it';

export const metadata: SettingCheck = (value) => {
  if (!isRecord(value)) return `expected an object of texts, got ${describe(value)}`;
  for (const [key, item] of Object.entries(value)) {
    if (typeof item !== 'string') return `${quote(key)}: expected text, got ${describe(item)}`;
    if (key.startsWith('_nats'))
      return `${quote(key)}: names that begin with "_nats" are NATS's own`;
  }
  return undefined;
};

/** Checks each item of a list. */
export function listOf(check: SettingCheck): SettingCheck {
  return (value) => {
    if (!Array.isArray(value)) return `expected a list, got ${describe(value)}`;
    const faults = value.flatMap((item: unknown, i) => {
      const fault = check(item);
      return fault === undefined ? [] : [`${typeof item === 'string' ? quote(item) : i}: ${fault}`];
    });
    return faults.length === 0 ? undefined : faults.join(', ');
  };
}

/** Checks settings within one. */
export function settingsOf(checks: Readonly<Record<string, SettingCheck>>): SettingCheck {
  return (value) => {
    if (!isRecord(value)) return `expected an object, got ${describe(value)}`;
    const faults = settingFaults(value, checks);
    return faults.length === 0 ? undefined : faults.join(', ');
  };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
