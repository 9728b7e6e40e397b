import type { TextMapGetter, TextMapSetter } from '@opentelemetry/api';
import type { RequestOperation } from '../index.js';

/** Headers of a message. */
export type Headers = RequestOperation['headers'];

/** Gives all values of a header, however its name is written: in Go it is `Traceparent`. */
export function headerValues(headers: Headers | undefined, name: string): string[] {
  if (headers === undefined) return [];
  if (headers.has(name)) return headers.values(name);
  const lower = name.toLowerCase();
  return headers
    .keys()
    .filter((key) => key.toLowerCase() === lower)
    .flatMap((key) => headers.values(key));
}

/** Lets a propagator read what a message carries; several headers of one name are one list. */
export const HEADER_GETTER: TextMapGetter<Headers | undefined> = {
  keys: (headers) => headers?.keys() ?? [],
  get: (headers, name) => {
    const values = headerValues(headers, name);
    return values.length > 1 ? values : values[0];
  },
};

/** Lets a propagator write what a message carries. */
export const HEADER_SETTER: TextMapSetter<Headers> = {
  set: (headers, name, value) => headers.set(name, value),
};
