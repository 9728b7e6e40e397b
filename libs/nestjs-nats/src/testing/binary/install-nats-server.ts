import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { suitesToTry } from './apt-archive.js';
import { fetchPackage, type FetchPackage } from './apt-package.js';
import { probeBinary } from './find-nats-server.js';
import { inTurn } from './install-turn.js';
import { messageOf } from '../message-of.js';
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
 * cache. Servers of several versions can be in the cache. Of several that do this at once, in any process, one downloads.
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
  const cached = async () =>
    options.force ? undefined : newestFitting(await cachedServers(cacheDir), wanted);
  const present = await cached();
  if (present) return present;

  const tried: NatsServerAttempt[] = [];
  const { signal, onProgress = () => undefined } = options;
  try {
    const { release, ...access } = await requirePackageArchive(env);
    const download = { ...access, env, wanted, cacheDir, signal, onProgress };
    await mkdir(cacheDir, { recursive: true });
    const onWait = (pid: number) => onProgress(`Waiting for process ${pid}, which downloads one`);
    const server = await inTurn(
      join(cacheDir, '.lock'),
      // who had the turn before may have brought it
      async () => (await cached()) ?? tryEach(download, release.title, tried),
      { signal, onWait },
    );
    if (server) return server;
  } catch (error) {
    signal?.throwIfAborted();
    tried.push({ source: 'package', outcome: messageOf(error) });
  }
  throw new NatsServerUnavailableError(tried, { wanted, need: 'process' });
}

interface Download extends Omit<FetchPackage, 'suite' | 'workDir'> {
  readonly cacheDir: string;
}

async function tryEach(
  download: Download,
  title: string,
  tried: NatsServerAttempt[],
): Promise<CachedServer | undefined> {
  download.onProgress(`Fetching nats-server from the package archive of ${title}`);
  for (const suite of suitesToTry(download.archive, download.wanted)) {
    const { server, problem } = await tryInstall(download, suite);
    if (server) return server;
    tried.push({ source: `package (${suite})`, outcome: problem });
  }
  return undefined;
}

type Outcome = { server: CachedServer; problem?: never } | { server?: never; problem: string };

async function tryInstall(download: Download, suite: string): Promise<Outcome> {
  const { cacheDir, wanted, signal } = download;
  const workDir = await mkdtemp(join(cacheDir, '.install-'));
  try {
    const program = await fetchPackage({ ...download, suite, workDir });
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
