import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { findExecutable, isExecutable, programFile } from './find-executable.js';
import {
  type NatsServerAttempt,
  NatsServerUnavailableError,
} from './nats-server-unavailable.error.js';
import { isAtLeast, OLDEST_SUPPORTED, parseVersion } from './nats-version.js';
import { runCommand } from './run-command.js';
import { type CachedServer, cachedServers, serverCacheDir } from './server-cache.js';

/** Where to look for a nats-server program. */
export interface FindNatsServerOptions {
  /** The oldest version to accept. Default `2.10`, the oldest that the library supports. */
  readonly minVersion?: string;
  /** The folder of downloaded servers. Default `NATS_SERVER_CACHE`, else `.cache/nats-server` in the project root. */
  readonly cacheDir?: string;
  /** The environment to read `PATH`, `NATS_SERVER_BIN` and `NATS_SERVER_CACHE` from, and `NATS_URL` where it is used. Default `process.env`. */
  readonly env?: NodeJS.ProcessEnv;
  /** Folders to look in after `PATH`. Default `/usr/sbin`, `/usr/local/bin` and `/opt/homebrew/bin`. */
  readonly systemFolders?: readonly string[];
}

/** A nats-server program that runs on this machine. */
export interface NatsServerBinary {
  readonly path: string;
  readonly version: string;
  /** `package`: it was downloaded just now. */
  readonly origin: 'NATS_SERVER_BIN' | 'PATH' | 'system' | 'cache' | 'package';
}

/** What a search found, and where it looked before. */
export interface NatsServerSearch {
  readonly found?: NatsServerBinary;
  readonly tried: readonly NatsServerAttempt[];
}

const SYSTEM_FOLDERS =
  process.platform === 'win32' ? [] : ['/usr/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

/**
 * Finds a nats-server program without starting or downloading anything: `NATS_SERVER_BIN`, `PATH`, the usual
 * system folders, then the cache (newest first). Resolves to `undefined` when there is none.
 *
 * @throws NatsServerUnavailableError when `NATS_SERVER_BIN` is set to something unusable.
 */
export async function findNatsServerBinary(
  options: FindNatsServerOptions = {},
): Promise<NatsServerBinary | undefined> {
  return (await searchNatsServer(options)).found;
}

/** `findNatsServerBinary`, with an account of the places that were tried. */
export async function searchNatsServer(options: FindNatsServerOptions): Promise<NatsServerSearch> {
  const env = options.env ?? process.env;
  const minVersion = options.minVersion ?? OLDEST_SUPPORTED;
  const named = env['NATS_SERVER_BIN'];
  if (named) {
    const server = await requireBinary(named, minVersion, 'NATS_SERVER_BIN');
    return { found: { ...server, origin: 'NATS_SERVER_BIN' }, tried: [] };
  }
  const tried: NatsServerAttempt[] = [{ source: 'NATS_SERVER_BIN', outcome: 'not set' }];
  const folders = options.systemFolders ?? SYSTEM_FOLDERS;
  const programs = await installedPrograms(env, folders);
  if (programs.length === 0) {
    tried.push({ source: 'PATH', outcome: ['no nats-server', ...folders].join(', none in ') });
  }
  for (const { path, origin } of programs) {
    const { version, problem } = await probeBinary(path, minVersion);
    if (version !== undefined) return { found: { path, version, origin }, tried };
    tried.push({ source: origin, outcome: problem });
  }
  return searchCache(serverCacheDir(options.cacheDir, env), minVersion, tried);
}

type InstalledProgram = Pick<NatsServerBinary, 'path' | 'origin'>;

/** The programs that the system knows, each once: a folder may be on PATH too, or link to another. */
async function installedPrograms(
  env: NodeJS.ProcessEnv,
  systemFolders: readonly string[],
): Promise<InstalledProgram[]> {
  const onPath = await findExecutable('nats-server', env);
  const programs = new Map<string, InstalledProgram>();
  if (onPath) programs.set(await realpath(onPath), { path: onPath, origin: 'PATH' });
  for (const folder of systemFolders) {
    const path = join(folder, programFile('nats-server'));
    if (!(await isExecutable(path))) continue;
    const file = await realpath(path);
    if (!programs.has(file)) programs.set(file, { path, origin: 'system' });
  }
  return [...programs.values()];
}

/**
 * Checks a program that somebody named.
 *
 * @throws NatsServerUnavailableError when it cannot be used.
 */
export async function requireBinary(
  name: string,
  minVersion: string,
  source: 'NATS_SERVER_BIN' | 'binary',
): Promise<CachedServer> {
  const path = resolve(name);
  const probe = (await isExecutable(path))
    ? await probeBinary(path, minVersion)
    : { problem: `${path} is not a file that can be executed` };
  if (probe.version !== undefined) return { path, version: probe.version };
  throw new NatsServerUnavailableError([{ source, outcome: probe.problem }], {
    minVersion,
    need: 'process',
    remedy:
      source === 'binary'
        ? 'The option "binary" names the program to run, so nothing else was tried. Correct or omit it.'
        : 'NATS_SERVER_BIN is set, so nothing else was tried. Correct it, or unset it to have a server found.',
  });
}

async function searchCache(
  cacheDir: string,
  minVersion: string,
  tried: readonly NatsServerAttempt[],
): Promise<NatsServerSearch> {
  // the folder's name is the version that the program printed when it was installed: no need to ask again
  const [newest] = await cachedServers(cacheDir);
  if (newest && isAtLeast(newest.version, minVersion)) {
    return { found: { ...newest, origin: 'cache' }, tried };
  }
  const outcome = newest ? tooOld(newest.path, newest.version) : `no nats-server in ${cacheDir}`;
  return { tried: [...tried, { source: 'cache', outcome }] };
}

/** The version of a program, or why it will not do. */
export type Probe = { version: string; problem?: never } | { version?: never; problem: string };

/** Runs a program to see whether it is a nats-server that will do. */
export async function probeBinary(path: string, minVersion: string): Promise<Probe> {
  const { ok, stdout, failure } = await runCommand(path, ['--version'], { timeoutMs: 5_000 });
  if (!ok) return { problem: `${path} --version fails: ${failure}` };
  const version = /nats-server:? v?(\d\S*)/.exec(stdout)?.[1];
  if (version === undefined || !parseVersion(version)) {
    return {
      problem: `${path} is not a nats-server: --version prints "${stdout.slice(0, 60).trim()}"`,
    };
  }
  return isAtLeast(version, minVersion) ? { version } : { problem: tooOld(path, version) };
}

function tooOld(path: string, version: string): string {
  return `${path} is ${version}: too old`;
}
