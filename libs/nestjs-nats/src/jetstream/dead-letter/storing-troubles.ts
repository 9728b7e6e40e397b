/**
 * For how long after a failure nothing is known any better, in milliseconds: what waits is tried more
 * often, and what is put off as well. After it nobody here has a dead letter to store.
 */
const STANDS_MS = 90_000;

/** A subject on which dead letters cannot be stored. */
export interface StoringTrouble {
  readonly subject: string;
  readonly error: unknown;
}

/** Remembers where dead letters cannot be stored at present. */
export class StoringTroubles {
  private readonly bySubject = new Map<string, { readonly error: unknown; readonly at: number }>();

  /** @param now gives the time in milliseconds, from wherever it counts */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** What stands; by subject. */
  get all(): StoringTrouble[] {
    return [...this.bySubject]
      .filter(([subject]) => this.has(subject))
      .map(([subject, { error }]) => ({ subject, error }));
  }

  has(subject: string): boolean {
    const known = this.bySubject.get(subject);
    return known !== undefined && this.now() - known.at < STANDS_MS;
  }

  failed(subject: string, error: unknown): void {
    this.bySubject.set(subject, { error, at: this.now() });
  }

  stored(subject: string): void {
    this.bySubject.delete(subject);
  }
}
