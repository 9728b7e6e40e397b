import { inspect } from 'node:util';
import type { Declaration } from './declaration.js';
import type { HandlerInfo } from './listen-info.js';
import type { PlacesOf } from './places.js';

/** Is how much of an option is shown, in UTF-16 units. */
const MAX_LENGTH = 80;

/** Describes a handler as it was declared. */
export function handlerInfo(
  { route, extras }: Pick<Declaration, 'route' | 'extras'>,
  placesOf: PlacesOf | undefined,
): HandlerInfo {
  const given = Object.entries(extras).filter(([, value]) => value !== undefined);
  return {
    pattern: route,
    places: [...(placesOf?.(route, extras) ?? [])],
    options: Object.fromEntries(given.map(([name, value]) => [name, shown(value)])),
  };
}

/** An option may be anything, a codec with all it knows for example; a log is no place for that. */
function shown(value: unknown): string | number | boolean {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  const { contentType } = Object(value) as { contentType?: unknown };
  if (typeof contentType === 'string') return contentType;
  const text = inspect(value, { breakLength: Infinity, compact: true, depth: 2 });
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH - 1)}…` : text;
}
