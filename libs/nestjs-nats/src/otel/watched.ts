import type { NatsConnectionView, NatsParticipant, StrategyParticipant } from '../index.js';

/** What is known of a connection besides what can be asked of it. */
export interface WatchedConnection {
  isUp: boolean;
  /** Those that use it. */
  readonly strategies: Set<StrategyParticipant>;
}

/**
 * Keeps clients and strategies to look at for as long as their connection is kept, and not longer:
 * whoever makes one for each tenant, and closes it, can forget it.
 */
export class Watched {
  private readonly refs = new Set<WeakRef<NatsConnectionView>>();
  private readonly known = new WeakMap<NatsConnectionView, WatchedConnection>();

  add(participant: NatsParticipant): void {
    const { connection } = participant;
    const { strategies } = this.known.get(connection) ?? this.watch(connection);
    if (participant.role === 'strategy') strategies.add(participant);
  }

  /** The connections that are in use. */
  get connections(): (readonly [NatsConnectionView, WatchedConnection])[] {
    return Array.from(this.refs).flatMap((ref) => {
      const connection = ref.deref();
      const known = connection && this.known.get(connection);
      if (connection === undefined || known === undefined) this.refs.delete(ref);
      else if (connection.isHeld) return [[connection, known] as const];
      return [];
    });
  }

  /** The strategies on them. */
  get strategies(): StrategyParticipant[] {
    return this.connections.flatMap(([, { strategies }]) => [...strategies]);
  }

  private watch(connection: NatsConnectionView): WatchedConnection {
    const watched: WatchedConnection = { isUp: false, strategies: new Set() };
    this.known.set(connection, watched);
    this.refs.add(new WeakRef(connection));
    connection.status.subscribe((status) => (watched.isUp = status === 'connected'));
    return watched;
  }
}
