/** Is how many origins are told apart: what an error says of itself may come from a peer. */
const MAX_ORIGINS = 100;
const MAX_LENGTH = 256;

/**
 * Tells failures apart by where they come from, so that in the log one that happens all the time
 * does not hide another: by code, name and the place in the program where the error was made.
 */
export class FailureOrigins {
  private readonly known = new Set<string>();

  /** Names the origin of a failure; those that come when there are many have the same name. */
  of(failure: unknown): string {
    const origin = originOf(failure);
    if (this.known.has(origin)) return origin;
    if (this.known.size >= MAX_ORIGINS) return '';
    this.known.add(origin);
    return origin;
  }
}

function originOf(failure: unknown): string {
  try {
    const { code, name, stack } = Object(failure) as Record<string, unknown>;
    const place = typeof stack === 'string' ? /^ {4}at .+$/m.exec(stack)?.[0] : undefined;
    const parts = [code, name, place].filter((part) => typeof part === 'string');
    return parts.join(' ').slice(0, MAX_LENGTH);
  } catch {
    // a failure may itself throw when it is looked at
    return '';
  }
}
