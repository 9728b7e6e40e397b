import type { Observable } from 'rxjs';
import type { ConnectionEvents, NatsStatus } from './events.js';
import type { NatsConnectionOptions } from './options.js';
import { SharedConnection } from './shared-connection.js';

let behind: (value: object) => SharedConnection | undefined;

/**
 * Is one connection to NATS for several clients and strategies, that `NatsModule` would otherwise
 * make:
 *
 * ```ts
 * const connection = new NatsSharedConnection({ servers: 'nats://127.0.0.1:4222' });
 * const orders = new NatsClient({ connection, timeoutMs: 500 });
 * const images = new NatsClient({ connection, codec: 'raw' });
 * ```
 *
 * It is dialled when the first of them needs it, and closed when the last of them is.
 */
export class NatsSharedConnection {
  readonly #shared: SharedConnection;

  static {
    behind = (value) => (#shared in value ? value.#shared : undefined);
  }

  /** @throws NatsTransportError `INVALID_OPTIONS` that names every fault */
  constructor(options: NatsConnectionOptions = {}) {
    this.#shared = new SharedConnection(options);
  }

  /** Tells the status of the connection, the present one first. */
  get status(): Observable<NatsStatus> {
    return this.#shared.status;
  }

  /** Listens to an event of the connection; possible before it is made. @see ConnectionEvents */
  on<K extends keyof ConnectionEvents>(event: K, callback: ConnectionEvents[K]): void {
    this.#shared.events.on(event, callback);
  }
}

/**
 * Gives what is behind a {@link NatsSharedConnection}, which those who use the connection need and
 * applications have no use for; nothing for anything else.
 */
export function sharedConnectionOf(value: unknown): SharedConnection | undefined {
  return typeof value === 'object' && value !== null ? behind(value) : undefined;
}
