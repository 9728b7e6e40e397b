import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { findExecutable, isExecutable, programFile } from './find-executable.js';
import {
  type NatsServerAttempt,
  NatsServerUnavailableError,
} from './nats-server-unavailable.error.js';
import { parseVersion } from './nats-version.js';
import { runCommand } from './run-command.js';
import { type CachedServer, cachedServers, newestFitting, serverCacheDir } from './server-cache.js';
import {
  misfit,
  type NatsVersionOptions,
  type WantedVersion,
  wantedVersion,
} from './wanted-version.js';

/** Where to look for a nats-server program. */
export interface FindNatsServerOptions extends NatsVersionOptions {
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

const ANY_VERSION: WantedVersion = { minVersion: '0.0' };

/**
 * Finds a nats-server program without starting or downloading anything: `NATS_SERVER_BIN`, `PATH`, the usual
 * system folders, then the cache (newest first). A program of another version than asked for is passed over.
 * Resolves to `undefined` when there is none.
 *
 * @throws NatsServerUnavailableError when `NATS_SERVER_BIN` is set to something unusable, or, with no `version` asked
 *   for, to something too old.
 * @throws TypeError when `version` or `minVersion` is not a version, or both are given.
 */
export async function findNatsServerBinary(
  options: FindNatsServerOptions = {},
): Promise<NatsServerBinary | undefined> {
  return (await searchNatsServer(options)).found;
}

/** `findNatsServerBinary`, with an account of the places that were tried. */
export async function searchNatsServer(options: FindNatsServerOptions): Promise<NatsServerSearch> {
  const env = options.env ?? process.env;
  const wanted = wantedVersion(options);
  const tried: NatsServerAttempt[] = [];
  const named = env['NATS_SERVER_BIN'];
  if (named) {
    // it says what to run where any will do: a line is asked for by who needs that line beside it
    const usable = wanted.version === undefined ? wanted : ANY_VERSION;
    const server = await requireBinary(named, usable, 'NATS_SERVER_BIN');
    const problem = misfit(server.version, wanted);
    if (problem === undefined) return { found: { ...server, origin: 'NATS_SERVER_BIN' }, tried };
    tried.push({ source: 'NATS_SERVER_BIN', outcome: describeMisfit(server, problem) });
  } else {
    tried.push({ source: 'NATS_SERVER_BIN', outcome: 'not set' });
  }
  const folders = options.systemFolders ?? SYSTEM_FOLDERS;
  const programs = await installedPrograms(env, folders);
  if (programs.length === 0) {
    tried.push({ source: 'PATH', outcome: ['no nats-server', ...folders].join(', none in ') });
  }
  for (const { path, origin } of programs) {
    const { version, problem } = await probeBinary(path, wanted);
    if (version !== undefined) return { found: { path, version, origin }, tried };
    tried.push({ source: origin, outcome: problem });
  }
  return searchCache(serverCacheDir(options.cacheDir, env), wanted, tried);
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
  wanted: WantedVersion,
  source: 'NATS_SERVER_BIN' | 'binary',
): Promise<CachedServer> {
  const path = resolve(name);
  const probe = (await isExecutable(path))
    ? await probeBinary(path, wanted)
    : { problem: `${path} is not a file that can be executed` };
  if (probe.version !== undefined) return { path, version: probe.version };
  throw new NatsServerUnavailableError([{ source, outcome: probe.problem }], {
    wanted,
    need: 'process',
    remedy:
      source === 'binary'
        ? 'The option "binary" names the program to run, so nothing else was tried. Correct or omit it.'
        : 'NATS_SERVER_BIN is set, so nothing else was tried. Correct it, or unset it to have a server found.',
  });
}

async function searchCache(
  cacheDir: string,
  wanted: WantedVersion,
  tried: readonly NatsServerAttempt[],
): Promise<NatsServerSearch> {
  // the folder's name is the version that the program printed when it was installed: no need to ask again
  const servers = await cachedServers(cacheDir);
  const fitting = newestFitting(servers, wanted);
  if (fitting) return { found: { ...fitting, origin: 'cache' }, tried };
  const [newest] = servers;
  const outcome = newest
    ? describeMisfit(newest, misfit(newest.version, wanted))
    : `no nats-server in ${cacheDir}`;
  return { tried: [...tried, { source: 'cache', outcome }] };
}

/** The version of a program, or why it will not do. */
export type Probe = { version: string; problem?: never } | { version?: never; problem: string };

/** Runs a program to see whether it is a nats-server that will do. */
export async function probeBinary(path: string, wanted: WantedVersion): Promise<Probe> {
  const { ok, stdout, failure } = await runCommand(path, ['--version'], { timeoutMs: 5_000 });
  if (!ok) return { problem: `${path} --version fails: ${failure}` };
  const version = /nats-server:? v?(\d\S*)/.exec(stdout)?.[1];
  if (version === undefined || !parseVersion(version)) {
    return {
      problem: `${path} is not a nats-server: --version prints "${stdout.slice(0, 60).trim()}"`,
    };
  }
  const problem = misfit(version, wanted);
  return problem === undefined
    ? { version }
    : { problem: describeMisfit({ path, version }, problem) };
}

function describeMisfit({ path, version }: CachedServer, problem: string | undefined): string {
  return `${path} is ${version}: ${problem}`;
}
