import type { NatsTestServer } from 'nestjs-nats/testing';

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
