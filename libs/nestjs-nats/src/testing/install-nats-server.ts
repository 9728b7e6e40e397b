import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { suitesToTry } from './apt-archive.js';
import { fetchPackage, type FetchPackage } from './apt-package.js';
import { probeBinary } from './find-nats-server.js';
import { messageOf } from './message-of.js';
import {
  type NatsServerAttempt,
  NatsServerUnavailableError,
} from './nats-server-unavailable.error.js';
import { requirePackageArchive } from './package-access.js';
import {
  type CachedServer,
  cachedServerPath,
  cachedServers,
  newestFitting,
  serverCacheDir,
} from './server-cache.js';
import { type NatsVersionOptions, wantedVersion } from './wanted-version.js';

/** How a nats-server is downloaded. */
export interface InstallNatsServerOptions extends NatsVersionOptions {
  /** The folder to install into. Default `NATS_SERVER_CACHE`, else `.cache/nats-server` in the project root. */
  readonly cacheDir?: string;
  /** Downloads also when the cache has a server that will do. Default `false`. */
  readonly force?: boolean;
  /** Ends the download and removes what there is of it. */
  readonly signal?: AbortSignal;
  /** Receives a line for each step. */
  readonly onProgress?: (line: string) => void;
  /** The environment to read `NATS_SERVER_CACHE` and `PATH` from. Default `process.env`. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Makes sure that the cache holds a nats-server. On Debian and Ubuntu it comes from the distribution's own package,
 * fetched from the mirror that the machine is set up with; this needs no root and changes nothing outside the
 * cache. Servers of several versions can be in the cache. Several processes may do this at once.
 *
 * @throws NatsServerUnavailableError on other systems, and when no package has the version or the download fails.
 * @throws TypeError when `version` or `minVersion` is not a version, or both are given.
 */
export async function installNatsServer(
  options: InstallNatsServerOptions = {},
): Promise<CachedServer> {
  const env = options.env ?? process.env;
  const wanted = wantedVersion(options);
  const cacheDir = serverCacheDir(options.cacheDir, env);
  const cached = options.force ? undefined : newestFitting(await cachedServers(cacheDir), wanted);
  if (cached) return cached;

  const tried: NatsServerAttempt[] = [];
  try {
    const { release, ...access } = await requirePackageArchive(env);
    options.onProgress?.(`Fetching nats-server from the package archive of ${release.title}`);
    for (const suite of suitesToTry(access.archive, wanted)) {
      const result = await tryInstall({ ...options, ...access, env, wanted, cacheDir, suite });
      if (result.server) return result.server;
      tried.push({ source: `package (${suite})`, outcome: result.problem });
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    tried.push({ source: 'package', outcome: messageOf(error) });
  }
  throw new NatsServerUnavailableError(tried, { wanted, need: 'process' });
}

interface Attempt extends Omit<FetchPackage, 'workDir' | 'onProgress'> {
  readonly cacheDir: string;
  readonly onProgress?: (line: string) => void;
}

type Outcome = { server: CachedServer; problem?: never } | { server?: never; problem: string };

async function tryInstall(attempt: Attempt): Promise<Outcome> {
  const { cacheDir, wanted, signal, onProgress = () => undefined } = attempt;
  await mkdir(cacheDir, { recursive: true });
  const workDir = await mkdtemp(join(cacheDir, '.install-'));
  try {
    const program = await fetchPackage({ ...attempt, workDir, onProgress });
    const { version, problem } = await probeBinary(program, wanted);
    if (version === undefined) return { problem };
    const path = cachedServerPath(cacheDir, version);
    await mkdir(dirname(path), { recursive: true });
    // one step: another process sees no program or all of it, and a running one keeps its file
    await rename(program, path);
    return { server: { path, version } };
  } catch (error) {
    signal?.throwIfAborted();
    return { problem: messageOf(error) };
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}
