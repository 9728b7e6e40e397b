import { EventBus } from './event-bus.js';

/** Tells how a strategy or client stands to its server. */
export type NatsStatus = 'connected' | 'disconnected' | 'reconnecting' | 'draining' | 'closed';

/** The events of a connection, with what the listener receives. */
export type ConnectionEvents = {
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

/** Delivers {@link ConnectionEvents}. */
export class NatsEventBus extends EventBus<ConnectionEvents> {}
