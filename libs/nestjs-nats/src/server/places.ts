/** Where a handler's pattern stands in the application. */
export interface HandlerPlace {
  readonly pattern: unknown;
  /** `Class.method` */
  readonly place: string;
}

/** Knows at which methods patterns stand, for errors to name. */
export class Places {
  private readonly byRoute = new Map<string, string[]>();

  /** @param routeOf turns a pattern into text, as Nest does */
  constructor(readonly routeOf: (pattern: never) => string) {}

  add(places: readonly HandlerPlace[]): void {
    for (const { pattern, place } of places) {
      const route = this.routeOf(pattern as never);
      this.byRoute.set(route, [...this.of(route), place]);
    }
  }

  /** Tells the methods a pattern stands at, as far as known. */
  of(route: string): readonly string[] {
    return this.byRoute.get(route) ?? [];
  }
}
