import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type MachineRelease,
  type PackageArchive,
  parseOsRelease,
  pickArchive,
} from './apt-archive.js';
import { type AptTools, fetchPackage } from './apt-package.js';
import { type AptSource, parseDeb822Sources, parseOneLineSources } from './apt-sources.js';
import { findExecutable } from './find-executable.js';
import { probeBinary } from './find-nats-server.js';
import { messageOf } from './message-of.js';
import {
  type NatsServerAttempt,
  NatsServerUnavailableError,
} from './nats-server-unavailable.error.js';
import { isAtLeast, OLDEST_SUPPORTED } from './nats-version.js';
import {
  type CachedServer,
  cachedServerPath,
  cachedServers,
  serverCacheDir,
} from './server-cache.js';

/** How a nats-server is downloaded. */
export interface InstallNatsServerOptions {
  /** The folder to install into. Default `NATS_SERVER_CACHE`, else `.cache/nats-server` in the project root. */
  readonly cacheDir?: string;
  /** The oldest version to accept. Default `2.10`. */
  readonly minVersion?: string;
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
 * cache. Several processes may do this at once.
 *
 * @throws NatsServerUnavailableError on other systems, and when no package is new enough or the download fails.
 */
export async function installNatsServer(
  options: InstallNatsServerOptions = {},
): Promise<CachedServer> {
  const env = options.env ?? process.env;
  const minVersion = options.minVersion ?? OLDEST_SUPPORTED;
  const cacheDir = serverCacheDir(options.cacheDir, env);
  const [cached] = options.force ? [] : await cachedServers(cacheDir);
  if (cached && isAtLeast(cached.version, minVersion)) return cached;

  const tried: NatsServerAttempt[] = [];
  try {
    const { tools, archive, release } = await requirePackageArchive(env);
    options.onProgress?.(`Fetching nats-server from the package archive of ${release.title}`);
    for (const suite of archive.suites) {
      const result = await tryInstall({
        ...options,
        env,
        minVersion,
        cacheDir,
        tools,
        archive,
        suite,
      });
      if (result.server) return result.server;
      tried.push({ source: `package (${suite})`, outcome: result.problem });
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    tried.push({ source: 'package', outcome: messageOf(error) });
  }
  throw new NatsServerUnavailableError(tried, { minVersion, need: 'process' });
}

interface Attempt extends InstallNatsServerOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly minVersion: string;
  readonly cacheDir: string;
  readonly tools: AptTools;
  readonly archive: PackageArchive;
  readonly suite: string;
}

type Outcome = { server: CachedServer; problem?: never } | { server?: never; problem: string };

async function tryInstall(attempt: Attempt): Promise<Outcome> {
  const { cacheDir, minVersion, signal, onProgress = () => undefined } = attempt;
  await mkdir(cacheDir, { recursive: true });
  const workDir = await mkdtemp(join(cacheDir, '.install-'));
  try {
    const program = await fetchPackage({ ...attempt, workDir, onProgress });
    const { version, problem } = await probeBinary(program, minVersion);
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

interface PackageAccess {
  readonly tools: AptTools;
  readonly archive: PackageArchive;
  readonly release: MachineRelease;
}

async function requirePackageArchive(env: NodeJS.ProcessEnv): Promise<PackageAccess> {
  const [aptGet, dpkg] = [await findExecutable('apt-get', env), await findExecutable('dpkg', env)];
  if (!aptGet || !dpkg) throw new Error('no apt-get and dpkg (Debian and Ubuntu have them)');
  const release = parseOsRelease(await readFile('/etc/os-release', 'utf8'));
  if (!release) throw new Error('/etc/os-release names neither Debian nor Ubuntu');
  const archive = pickArchive(await readAptSources('/etc/apt'), release);
  if (!archive) {
    throw new Error(`the apt sources of this machine have no entry for ${release.codename} main`);
  }
  return { tools: { aptGet, dpkg }, archive, release };
}

async function readAptSources(folder: string): Promise<AptSource[]> {
  const names = await readdir(folder, { recursive: true });
  const files = names.filter((name) => /^(sources\.list|sources\.list\.d\/[\w.-]+)$/.test(name));
  const sources: AptSource[] = [];
  for (const name of files.toSorted()) {
    const read = name.endsWith('.sources')
      ? parseDeb822Sources
      : name.endsWith('.list')
        ? parseOneLineSources
        : undefined;
    if (read) sources.push(...read(await readFile(join(folder, name), 'utf8')));
  }
  return sources;
}
