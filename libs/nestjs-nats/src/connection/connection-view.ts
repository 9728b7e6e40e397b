import type { Observable } from 'rxjs';
import type { ConnectionEvents, NatsStatus } from './events.js';
import type { SharedConnection } from './shared-connection.js';

/** Is what an observer sees of a connection: the same object for all who share it. */
export interface NatsConnectionView {
  /** The name that the connection has by its options. */
  readonly name: string | undefined;
  /** Whether somebody uses it: from the first use until all have closed who share it. */
  readonly isHeld: boolean;
  /** Tells the status, the present one first. */
  readonly status: Observable<NatsStatus>;
  /** The `host:port` connected to, or nothing before a connection is made and after it is closed. */
  readonly server: string | undefined;
  /**
   * Counts the bytes that were sent and that the server has not confirmed yet. It asks the server, too,
   * so that what has arrived by then is not counted the next time.
   */
  countBuffered(): number;
  /** Listens to an event. @returns a function that removes the listener */
  on<K extends keyof ConnectionEvents>(event: K, listener: ConnectionEvents[K]): () => void;
}

const views = new WeakMap<SharedConnection, NatsConnectionView>();

/** Gives the view of a connection. */
export function viewOf(shared: SharedConnection): NatsConnectionView {
  const known = views.get(shared);
  if (known !== undefined) return known;
  const view = new View(shared);
  views.set(shared, view);
  return view;
}

class View implements NatsConnectionView {
  constructor(private readonly shared: SharedConnection) {}

  get name(): string | undefined {
    return this.shared.options.client.name;
  }

  get isHeld(): boolean {
    return this.shared.isHeld;
  }

  get status(): Observable<NatsStatus> {
    return this.shared.status;
  }

  get server(): string | undefined {
    return this.shared.current?.getServer() || undefined;
  }

  countBuffered(): number {
    const { current, isUp, window } = this.shared;
    return current === undefined || !isUp ? 0 : window.look(current);
  }

  on<K extends keyof ConnectionEvents>(event: K, listener: ConnectionEvents[K]): () => void {
    return this.shared.events.on(event, listener);
  }
}
