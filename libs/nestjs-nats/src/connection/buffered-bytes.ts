import type { NatsConnection } from '@nats-io/transport-node';

/** What the client library keeps to itself, as far as it is read here. */
interface Inside {
  readonly protocol?: {
    readonly outbound?: { size?(): number };
    readonly transport?: { readonly socket?: { readonly writableLength?: number } };
  };
}

/**
 * Counts the bytes that have been handed over and not yet to the operating system: they grow when
 * the server or the network does not keep up. The client library has no method for it; where it
 * changes inside, this is 0.
 */
export function bufferedBytes(connection: NatsConnection | undefined): number {
  const { protocol } = (connection ?? {}) as Inside;
  const queued = protocol?.outbound?.size?.() ?? 0;
  return queued + (protocol?.transport?.socket?.writableLength ?? 0);
}
