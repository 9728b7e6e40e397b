import type { ServerInfo } from '@nats-io/transport-node';
import { NatsTransportError } from '../../errors/transport-error.js';

/** What a server says about its age. */
export type ServerVersion = Pick<ServerInfo, 'version' | 'api_lvl'>;

/**
 * Features of JetStream that servers have gained since the oldest that is supported (2.10).
 *
 * `level` is the `api_lvl` that a server announces from then on; one that announces none is of 2.10.
 * @see https://github.com/nats-io/nats-architecture-and-design/blob/main/adr/ADR-44.md
 */
export const FEATURES = {
  messageTtl: { level: 1, since: '2.11', name: 'a time to live of messages' },
  deleteMarkers: { level: 1, since: '2.11', name: 'marking deleted subjects' },
  consumerPause: { level: 1, since: '2.11', name: 'pausing consumers' },
  priorityGroups: { level: 1, since: '2.11', name: 'singleActive' },
  atomicBatch: { level: 2, since: '2.12', name: 'publishing an atomic batch' },
  counters: { level: 2, since: '2.12', name: 'a stream of counters' },
  schedules: { level: 2, since: '2.12', name: 'scheduling messages' },
  persistMode: { level: 2, since: '2.12', name: 'the persist mode of streams' },
  cronSchedules: { level: 4, since: '2.14', name: 'a repeated schedule' },
  consumerReset: { level: 4, since: '2.14', name: 'resetting consumers' },
  batchedPublish: { level: 4, since: '2.14', name: 'publishing in batches' },
  sourceConsumers: { level: 4, since: '2.14', name: 'a durable consumer of a source' },
} as const satisfies Record<string, { level: number; since: string; name: string }>;

/** The name of a {@link FEATURES feature}. */
export type Feature = keyof typeof FEATURES;

/** Tells whether a server has a feature. */
export function hasFeature({ api_lvl = 0 }: ServerVersion, feature: Feature): boolean {
  return api_lvl >= FEATURES[feature].level;
}

/**
 * Makes sure that a server has a feature: an older one ignores what it does not know, without a word.
 *
 * @param server nothing when its version is not known: then nothing is refused
 * @param what says what cannot be done: `Cannot create the stream "ORDERS"`
 * @throws NatsTransportError `SERVER_TOO_OLD`
 */
export function requireFeature(
  server: ServerVersion | undefined,
  feature: Feature,
  what: string,
): void {
  if (server !== undefined && !hasFeature(server, feature)) {
    throw serverTooOld(server, feature, what);
  }
}

/** Says that a server lacks a feature. */
export function serverTooOld(
  server: ServerVersion | undefined,
  feature: Feature,
  what: string,
): NatsTransportError {
  const { since, name } = FEATURES[feature];
  const found = server === undefined ? 'the server is older' : `the server is ${server.version}`;
  return new NatsTransportError(
    'SERVER_TOO_OLD',
    `${what}: ${name} needs nats-server ${since}, and ${found}. Upgrade the server, or do without.`,
    { details: { feature, needed: since, found: server?.version } },
  );
}
