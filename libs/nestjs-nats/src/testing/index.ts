export {
  findNatsServerBinary,
  type FindNatsServerOptions,
  type NatsServerBinary,
} from './binary/find-nats-server.js';
export { installNatsServer, type InstallNatsServerOptions } from './binary/install-nats-server.js';
export {
  type NatsServerAttempt,
  NatsServerUnavailableError,
} from './binary/nats-server-unavailable.error.js';
export type { NatsTestCluster } from './nats-test-cluster.js';
export type { NatsTestServer } from './nats-test-server.js';
export {
  provideNatsServer,
  type ProvidedNatsServer,
  type ProvideNatsServerOptions,
} from './binary/provide-nats-server.js';
export type { CachedServer } from './binary/server-cache.js';
export { startNatsCluster, type StartNatsClusterOptions } from './start-nats-cluster.js';
export { startNatsServer, type StartNatsServerOptions } from './start-nats-server.js';
