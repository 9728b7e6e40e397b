import { describe, quote } from '../errors/quote.js';

/** Says what is wrong with metadata: texts by their names. */
export function metadataFault(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return `expected an object of texts, got ${describe(value)}`;
  const wrong = Object.entries(value).find(([, item]) => typeof item !== 'string');
  if (wrong === undefined) return undefined;
  return `${quote(wrong[0])}: expected text, got ${describe(wrong[1])}`;
}
