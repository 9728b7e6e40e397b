/**
 * Gives the top-level keys of a payload in camelCase: peers in other languages write `event_name`.
 * Where both spellings are present the camelCase one wins. What is no plain object comes back as it is.
 */
export function normaliseKeys(payload: unknown): unknown {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return payload;
  const entries = Object.entries(payload);
  const respelled = entries.filter(([key]) => camelCase(key) !== key);
  if (respelled.length === 0) return payload;
  const kept = entries.filter(([key]) => camelCase(key) === key);
  return Object.fromEntries([
    ...respelled.map(([key, value]): [string, unknown] => [camelCase(key), value]),
    ...kept,
  ]);
}

/** Turns `event_name` into `eventName`; underscores at either end and doubled ones stay. */
export function camelCase(key: string): string {
  return key.replace(/(?<=[a-zA-Z0-9])_([a-zA-Z0-9])/g, (_, next: string) => next.toUpperCase());
}
