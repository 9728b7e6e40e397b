import {
  type FindNatsServerOptions,
  type NatsServerBinary,
  searchNatsServer,
} from './find-nats-server.js';
import { NatsServerUnavailableError } from './nats-server-unavailable.error.js';
import { OLDEST_SUPPORTED } from './nats-version.js';

/**
 * Finds a nats-server program.
 *
 * @throws NatsServerUnavailableError when that is not possible.
 */
export async function obtainNatsServer(options: FindNatsServerOptions): Promise<NatsServerBinary> {
  const { found, tried } = await searchNatsServer(options);
  if (found) return found;
  throw new NatsServerUnavailableError(tried, {
    minVersion: options.minVersion ?? OLDEST_SUPPORTED,
    need: 'process',
  });
}
