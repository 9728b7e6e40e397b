/** Tells how a strategy or client stands to its server. */
export type NatsStatus = 'connected' | 'disconnected' | 'reconnecting' | 'draining' | 'closed';

/** The events that `on()` of a strategy or client delivers, with what the listener receives. */
export type NatsEvents = {
  /** The first connection stands. Receives the server's `host:port`. */
  connect: (server: string) => void;
  /** The connection broke. Receives the server's `host:port`. */
  disconnect: (server: string) => void;
  /** The connection stands again. Receives the server's `host:port`. */
  reconnect: (server: string) => void;
  /** The servers of the cluster have changed. */
  update: (change: { added: readonly string[]; deleted: readonly string[] }) => void;
  /** The server will shut down soon and asks its clients to leave (lame duck mode). */
  lameDuck: (server: string) => void;
  /** The server or the client library reported an error, a refused permission for example. */
  error: (error: Error) => void;
  /** The connection is being left by the last who held it; nothing new is sent on it. */
  drain: () => void;
  /** The connection is closed for good. */
  close: () => void;
};

type Listeners = { [K in keyof NatsEvents]: Set<{ readonly call: NatsEvents[K] }> };

/** Delivers {@link NatsEvents}; listeners may come before there is anything to hear. */
export class NatsEventBus {
  private readonly listeners: Listeners = {
    connect: new Set(),
    disconnect: new Set(),
    reconnect: new Set(),
    update: new Set(),
    lameDuck: new Set(),
    error: new Set(),
    drain: new Set(),
    close: new Set(),
  };

  /** @returns a function that removes the listener */
  on<K extends keyof NatsEvents>(event: K, listener: NatsEvents[K]): () => void {
    const set: Set<{ readonly call: NatsEvents[K] }> = this.listeners[event];
    // a strategy and a client on one connection may be given the same function
    const entry = { call: listener };
    set.add(entry);
    return () => void set.delete(entry);
  }

  /**
   * Calls every listener; one that throws does not keep the others from hearing.
   *
   * @returns what the listeners threw
   */
  emit<K extends keyof NatsEvents>(event: K, ...args: Parameters<NatsEvents[K]>): unknown[] {
    const failures: unknown[] = [];
    const present: ReadonlySet<unknown> = this.listeners[event];
    // one that is added meanwhile hears the next event, one that is removed hears no more
    for (const listener of Array.from(this.listeners[event])) {
      if (!present.has(listener)) continue;
      try {
        (listener.call as (...args: Parameters<NatsEvents[K]>) => void)(...args);
      } catch (error) {
        failures.push(error);
      }
    }
    return failures;
  }
}
