import { quote } from '../errors/quote.js';

const NAME = /^[A-Za-z0-9_-]+$/;

/** Tells whether this is a name that services and endpoints may have. */
export function isServiceName(value: unknown): value is string {
  return typeof value === 'string' && NAME.test(value);
}

/** Says why a value cannot be such a name. */
export function serviceNameFault(value: unknown): string | undefined {
  if (isServiceName(value)) return undefined;
  return `expected letters, digits, "_" and "-", got ${quote(value)}`;
}
