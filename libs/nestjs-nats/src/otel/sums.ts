import type { Attributes } from '@opentelemetry/api';

/** Adds up what has the same attributes: of several values that are observed, only the last would count. */
export class Sums {
  /** By attributes, as a text. */
  readonly values = new Map<string, { readonly attributes: Attributes; value: number }>();

  add(value: number, attributes: Attributes): void {
    const key = JSON.stringify(attributes);
    const known = this.values.get(key);
    if (known === undefined) this.values.set(key, { attributes, value });
    else known.value += value;
  }
}
