import { quote } from '../../errors/quote.js';

/** Settings that are durations, in nanoseconds as all of NATS's. */
const DURATIONS: ReadonlySet<string> = new Set([
  'max_age',
  'duplicate_window',
  'subject_delete_marker_ttl',
  'ack_wait',
  'backoff',
  'idle_heartbeat',
  'inactive_threshold',
  'max_expires',
  'priority_timeout',
]);

const UNITS: readonly (readonly [unit: string, nanoseconds: bigint])[] = [
  ['d', 86_400_000_000_000n],
  ['h', 3_600_000_000_000n],
  ['m', 60_000_000_000n],
  ['s', 1_000_000_000n],
  ['ms', 1_000_000n],
  ['µs', 1_000n],
  ['ns', 1n],
];

/** Prints a duration of whole nanoseconds, without losing any: `1h30m`. */
export function printDuration(nanoseconds: number): string {
  let rest = BigInt(nanoseconds);
  const sign = rest < 0n ? '-' : '';
  if (rest < 0n) rest = -rest;
  let text = '';
  for (const [unit, size] of UNITS) {
    if (rest >= size) text += `${rest / size}${unit}`;
    rest %= size;
  }
  return text === '' ? '0s' : sign + text;
}

/** Prints the value of a setting for people, on one line. */
export function printSetting(field: string, value: unknown): string {
  if (value === undefined || value === null || value === '') return 'none';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return printNumber(field, value);
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => printSetting(field, item));
    return items.length === 0 ? 'none' : items.join(', ');
  }
  if (typeof value !== 'object') return quote(value);
  const settings = Object.entries(value).map(
    ([key, inner]) => `${/^\w+$/.test(key) ? key : quote(key)} ${printSetting(key, inner)}`,
  );
  return settings.length === 0 ? 'none' : `{ ${settings.join(', ')} }`;
}

function printNumber(field: string, value: number): string {
  if (value === -1) return 'no limit';
  if (!DURATIONS.has(field) || !Number.isSafeInteger(value)) return String(value);
  return value === 0 ? 'none' : printDuration(value);
}
