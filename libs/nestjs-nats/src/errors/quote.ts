// DEL, the control characters of Latin-1, and what breaks a line or turns its direction: a peer
// chooses subjects, and they end up in logs
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Prints any value as a short, one-line quotation for an error message. */
export function quote(value: unknown): string {
  if (typeof value !== 'string') return describe(value);
  const text = JSON.stringify(value.length > 120 ? `${value.slice(0, 120)}…` : value);
  return text.replaceAll(
    UNPRINTABLE,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Names what a value is, for values that are not text. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return value === undefined ? 'undefined' : `a value of type ${typeof value}`;
}
