/** A function for each event, which receives what there is to tell. */
type Listeners<Events> = { [K in keyof Events]: (...args: never[]) => void };

/** Delivers events; listeners may come before there is anything to hear. */
export class EventBus<Events extends Listeners<Events>> {
  private readonly listeners = new Map<keyof Events, Set<{ readonly call: unknown }>>();

  /** @returns a function that removes the listener */
  on<K extends keyof Events>(event: K, listener: Events[K]): () => void {
    const set = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, set);
    // a strategy and a client on one connection may be given the same function
    const entry = { call: listener };
    set.add(entry);
    return () => void set.delete(entry);
  }

  /** Tells whether anybody listens: what nobody hears need not be made. */
  hears(event: keyof Events): boolean {
    return (this.listeners.get(event)?.size ?? 0) > 0;
  }

  /**
   * Calls every listener; one that throws does not keep the others from hearing.
   *
   * @returns what the listeners threw
   */
  emit<K extends keyof Events>(event: K, ...args: Parameters<Events[K]>): unknown[] {
    const failures: unknown[] = [];
    const present = this.listeners.get(event);
    if (present === undefined) return failures;
    // one that is added meanwhile hears the next event, one that is removed hears no more
    for (const listener of Array.from(present)) {
      if (!present.has(listener)) continue;
      try {
        (listener.call as (...args: Parameters<Events[K]>) => void)(...args);
      } catch (error) {
        failures.push(error);
      }
    }
    return failures;
  }
}
