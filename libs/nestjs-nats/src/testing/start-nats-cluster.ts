import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { askMonitoring } from './monitoring.js';
import { NatsTestCluster } from './nats-test-cluster.js';
import type { NatsTestServer } from './nats-test-server.js';
import { isPortTaken } from './server-process.js';
import { startNatsServer, type StartNatsServerOptions } from './start-nats-server.js';

/** How a test's own cluster is started. */
export interface StartNatsClusterOptions extends Omit<
  StartNatsServerOptions,
  'jetstream' | 'name' | 'port'
> {
  /** How many servers. Default 3, which is what JetStream needs to replicate three times. */
  readonly size?: number;
}

/**
 * Starts a NATS cluster of the caller's own on 127.0.0.1, with JetStream. Resolves when JetStream has a leader and
 * every member knows it; `startTimeoutMs` (default 10000) is the limit for that too.
 *
 * @throws NatsServerUnavailableError when there is no nats-server of the version asked for.
 * @throws Error when a member does not start or no leader is found in time.
 */
export async function startNatsCluster(
  options: StartNatsClusterOptions = {},
): Promise<NatsTestCluster> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(options);
    } catch (error) {
      // the ports were free a moment ago; a member may also have chosen one of them for its clients
      if (!isPortTaken(error) || attempt === ATTEMPTS) throw error;
    }
  }
}

/** How often a cluster is started with ports that turn out to be taken. */
const ATTEMPTS = 5;

async function startOnce(options: StartNatsClusterOptions): Promise<NatsTestCluster> {
  const { size = 3, startTimeoutMs = 10_000, args = [], ...serverOptions } = options;
  const name = `test-${randomBytes(4).toString('hex')}`;
  // known before the first member starts: JetStream counts the routes that a member is configured with
  const routes = (await freePorts(size)).map((port) => `nats://127.0.0.1:${port}`);
  const starts = await Promise.allSettled(
    routes.map((route, index) =>
      startNatsServer({
        ...serverOptions,
        startTimeoutMs,
        name: `${name}-${index + 1}`,
        args: [...args, '--cluster_name', name, '--cluster', route, '--routes', routes.join(',')],
      }),
    ),
  );
  const cluster = new NatsTestCluster(
    starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : [])),
  );
  try {
    for (const start of starts) if (start.status === 'rejected') throw start.reason;
    await Promise.all(cluster.servers.map((server) => knowsLeader(server, startTimeoutMs)));
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

async function knowsLeader(server: NatsTestServer, timeoutMs: number): Promise<void> {
  const deadlineAt = Date.now() + timeoutMs;
  for (;;) {
    const { status, body } = await askMonitoring(server.monitoringUrl, '/healthz');
    if (status === 200) return;
    if (Date.now() > deadlineAt) {
      throw new Error(
        `The cluster is not ready after ${timeoutMs} ms (startTimeoutMs): ${server.name} reports ${JSON.stringify(body)}`,
      );
    }
    await delay(20);
  }
}

async function freePorts(count: number): Promise<number[]> {
  // all held at once, so that they differ
  const holders = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(holders.map((holder) => once(holder, 'listening')));
  const ports = holders.map((holder) => (holder.address() as AddressInfo).port);
  await Promise.all(holders.map((holder) => once(holder.close(), 'close')));
  return ports;
}
