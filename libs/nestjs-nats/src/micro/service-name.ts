const NAME = /^[A-Za-z0-9_-]+$/;

/** Tells whether this is a name that services and endpoints may have. */
export function isServiceName(value: unknown): value is string {
  return typeof value === 'string' && NAME.test(value);
}
