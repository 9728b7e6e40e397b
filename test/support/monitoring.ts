import type { NatsTestServer } from 'nestjs-nats/testing';
import { waitFor } from './wait-for.js';

/** A client connection, as the server's monitoring port reports it. */
export interface ConnectionReport {
  readonly cid: number;
  readonly name?: string;
  readonly subscriptions: number;
  readonly subscriptions_list?: readonly string[];
}

/** Asks the server who is connected. */
export async function connections(server: NatsTestServer): Promise<ConnectionReport[]> {
  const response = await fetch(`${server.monitoringUrl}/connz?subs=true`, {
    // tests look for sockets that are left open: not this one
    headers: { connection: 'close' },
  });
  const { connections } = (await response.json()) as { connections: ConnectionReport[] };
  return connections;
}

/**
 * Waits until just these clients are connected: the server hears of the end of a connection a moment
 * after the client has left it.
 *
 * @param names the names of the clients, in any order; `''` for one without
 * @throws Error that tells who is connected in place of them
 */
export async function onlyConnected(
  server: NatsTestServer,
  names: readonly string[],
): Promise<void> {
  const expected = JSON.stringify(names.toSorted(compare));
  let actual = '';
  await waitFor(
    async () => {
      const found = (await connections(server)).map(({ name = '' }) => name);
      actual = JSON.stringify(found.toSorted(compare));
      return actual === expected;
    },
    { timeoutMs: 5_000, what: () => `the connections ${expected}; there are ${actual}` },
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
