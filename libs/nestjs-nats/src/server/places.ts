/** Where a handler's pattern stands in the application. */
export interface HandlerPlace {
  readonly pattern: unknown;
  /** `Class.method` */
  readonly place: string;
  /** What its decorator has kept as options, if it has: Nest hands on this object, and no copy. */
  readonly extras: unknown;
}

/** Knows at which methods patterns stand, for errors and reports to name. */
export class Places {
  private readonly byRoute = new Map<string, HandlerPlace[]>();

  /** @param routeOf turns a pattern into text, as Nest does */
  constructor(readonly routeOf: (pattern: never) => string) {}

  add(places: readonly HandlerPlace[]): void {
    for (const place of places) {
      const route = this.routeOf(place.pattern as never);
      this.byRoute.set(route, [...(this.byRoute.get(route) ?? []), place]);
    }
  }

  /**
   * Tells the methods a pattern stands at, as far as known.
   *
   * @param extras tells one of several methods with the same pattern from the others
   */
  of(route: string, extras?: object): readonly string[] {
    const all = this.byRoute.get(route) ?? [];
    const own = extras && all.filter((place) => place.extras === extras);
    return [...new Set((own?.length ? own : all).map(({ place }) => place))];
  }
}

/** Tells at which methods a pattern stands. @see Places.of */
export type PlacesOf = (route: string, extras?: object) => readonly string[];
