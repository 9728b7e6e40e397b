import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isExecutable, programFile } from './find-executable.js';
import { compareVersions, parseVersion } from './nats-version.js';
import { misfit, type WantedVersion } from './wanted-version.js';

/** A nats-server in the cache: `<cache>/<version>/nats-server`. */
export interface CachedServer {
  readonly path: string;
  readonly version: string;
}

const LOCKFILES = ['package-lock.json', 'yarn.lock', 'pnpm-lock.yaml'];

/**
 * Decides which folder holds downloaded servers: the one given, `NATS_SERVER_CACHE`, or `.cache/nats-server` in
 * the root of the project that `cwd` lies in.
 */
export function serverCacheDir(
  given: string | undefined,
  env: NodeJS.ProcessEnv,
  cwd: string = process.cwd(),
): string {
  const named = given ?? env['NATS_SERVER_CACHE'];
  return named ? resolve(cwd, named) : join(projectRoot(cwd), '.cache', 'nats-server');
}

/** Lists the cached servers, newest first. */
export async function cachedServers(cacheDir: string): Promise<CachedServer[]> {
  const servers: CachedServer[] = [];
  for (const version of await folderNames(cacheDir)) {
    const path = cachedServerPath(cacheDir, version);
    if (parseVersion(version) && (await isExecutable(path))) servers.push({ path, version });
  }
  return servers.toSorted((a, b) => compareVersions(b.version, a.version));
}

/** Picks the newest of some servers that will do; they come newest first. */
export function newestFitting(
  servers: readonly CachedServer[],
  wanted: WantedVersion,
): CachedServer | undefined {
  return servers.find(({ version }) => misfit(version, wanted) === undefined);
}

/** Where the server of a version is, or would be, in the cache. */
export function cachedServerPath(cacheDir: string, version: string): string {
  return join(cacheDir, version, programFile('nats-server'));
}

function projectRoot(cwd: string): string {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    if (LOCKFILES.some((file) => existsSync(join(folder, file))) || hasWorkspaces(folder)) {
      return folder;
    }
    if (folder === dirname(folder)) return resolve(cwd);
  }
}

function hasWorkspaces(folder: string): boolean {
  const file = join(folder, 'package.json');
  return existsSync(file) && /"workspaces"\s*:/.test(readFileSync(file, 'utf8'));
}

async function folderNames(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    // nothing was installed yet
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
