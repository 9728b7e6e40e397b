import { printSetting } from './print-setting.js';
import { isRecord } from './setting-checks.js';

/** One setting that is not as it should be. */
export interface ConfigDiff {
  /** Its name; with dots for a part of one: `max_age`, `placement.cluster`. */
  readonly field: string;
  readonly wanted: unknown;
  readonly found: unknown;
}

/** By setting, what the server takes when it is left out or zero. */
export type ConfigDefaults = Readonly<Record<string, unknown>>;

/** Lists whose order means something; all others are sets. */
const ORDERED: ReadonlySet<string> = new Set(['backoff', 'subject_transforms']);

/**
 * Compares settings as wanted with those a server reports. Settings that are not wanted are not
 * looked at: the server and others add theirs.
 *
 * What the server prints otherwise is the same: settings left out that are zero, lists in another
 * order, times without fractions.
 */
export function configDiff(
  wanted: object,
  found: object,
  defaults: ConfigDefaults = {},
): ConfigDiff[] {
  return Object.keys(wanted).flatMap((field) =>
    settingDiff(field, read(wanted, field), read(found, field), defaults),
  );
}

/** Prints a difference: `max_age: wanted 1h, there is 2h`. */
export function diffLine({ field, wanted, found }: ConfigDiff): string {
  const name = field.split('.').at(-1)!;
  const print = (value: unknown, other: unknown): string =>
    // the server leaves out what is false
    printSetting(name, typeof other === 'boolean' ? (value ?? false) : value);
  return `${field}: wanted ${print(wanted, found)}, there is ${print(found, wanted)}`;
}

function settingDiff(
  field: string,
  wanted: unknown,
  found: unknown,
  defaults: ConfigDefaults,
): ConfigDiff[] {
  const left = isBlank(wanted) ? (defaults[field] ?? wanted) : wanted;
  const right = isBlank(found) ? (defaults[field] ?? found) : found;
  if (isRecord(left) && (isRecord(right) || field === 'metadata')) {
    const there = isRecord(right) ? right : {};
    // metadata is shared: the server's and other people's keys are none of ours
    const keys = field === 'metadata' ? Object.keys(left) : Object.keys({ ...left, ...there });
    return keys.flatMap((key) =>
      settingDiff(`${field}.${key}`, read(left, key), read(there, key), defaults),
    );
  }
  return canonical(field, left) === canonical(field, right)
    ? []
    : [{ field, wanted: left, found: right }];
}

/** Gives a text that is the same for values that mean the same. */
function canonical(field: string, value: unknown): string {
  if (isBlank(value)) return '';
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => canonical(field, item));
    return JSON.stringify(ORDERED.has(field) ? items : items.toSorted());
  }
  if (isRecord(value)) {
    const settings = Object.keys(value)
      .toSorted()
      .map((key) => [key, canonical(key, value[key])])
      .filter(([, text]) => text !== '');
    return JSON.stringify(settings);
  }
  if (typeof value === 'string' && /_(time|until)$/.test(field) && !isNaN(Date.parse(value))) {
    return String(Date.parse(value));
  }
  return JSON.stringify(value) ?? '';
}

/** Tells whether a value means the same as none: servers leave such out. */
function isBlank(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return true;
  if (value === 0 || value === '') return true;
  // a list of zeros has a length, which means something
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && Object.values(value).every(isBlank);
}

function read(from: object, key: string): unknown {
  return Object.hasOwn(from, key) ? (from as Record<string, unknown>)[key] : undefined;
}
