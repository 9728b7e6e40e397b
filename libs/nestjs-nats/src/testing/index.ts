export {
  findNatsServerBinary,
  type FindNatsServerOptions,
  type NatsServerBinary,
} from './find-nats-server.js';
export {
  type NatsServerAttempt,
  NatsServerUnavailableError,
} from './nats-server-unavailable.error.js';
export type { NatsTestServer } from './nats-test-server.js';
export { startNatsServer, type StartNatsServerOptions } from './start-nats-server.js';
