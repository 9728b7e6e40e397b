import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { copyPostgresBinaries } from './postgres-binaries.js';

/** A PostgreSQL database for a test. */
export interface TestPostgres {
  /** `postgres://…`, of an empty database. */
  readonly url: string;
  /** Removes the database, and ends the server if it is the test's own. */
  stop(): Promise<void>;
}

/** Whom a process runs as; nothing means: as this one. */
interface Identity {
  uid?: number;
  gid?: number;
}

const USER = 'tester';
const START_TIMEOUT_MS = 20_000;
const INITDB_FLAGS = ['--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'];
// no data outlives the test, so nothing needs to reach the disk (-F); no socket file (-k)
const POSTGRES_FLAGS = ['-h', '127.0.0.1', '-k', '', '-F'];

/**
 * Gives an empty PostgreSQL database: a new one on the server that `TEST_DATABASE_URL` names, or
 * else on a server of its own.
 */
export async function startPostgres(): Promise<TestPostgres> {
  const external = process.env['TEST_DATABASE_URL'];
  return external ? newDatabaseOn(external) : startServer();
}

async function newDatabaseOn(serverUrl: string): Promise<TestPostgres> {
  const name = `saver_test_${process.pid}_${Date.now()}`;
  await query(serverUrl, `CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, stop: () => query(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`) };
}

async function startServer(): Promise<TestPostgres> {
  const home = await mkdtemp(join(tmpdir(), 'test-postgres-'));
  let server: ChildProcess | undefined;
  const stop = async (): Promise<void> => {
    if (server) await end(server);
    await rm(home, { recursive: true, force: true });
  };
  try {
    const identity = await unprivileged(home);
    const { initdb, postgres } = await copyPostgresBinaries(join(home, 'server'));
    const data = join(home, 'data');
    await run(initdb, [`--pgdata=${data}`, `--username=${USER}`, ...INITDB_FLAGS], identity);
    const port = await freePort();
    const flags = ['-D', data, '-p', `${port}`, ...POSTGRES_FLAGS];
    server = spawn(postgres, flags, { ...identity, stdio: ['ignore', 'ignore', 'pipe'] });
    await ready(server);
    return { url: `postgres://${USER}@127.0.0.1:${port}/postgres`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** PostgreSQL refuses to run as root: then its files and processes belong to `nobody`. */
async function unprivileged(home: string): Promise<Identity> {
  if (process.getuid?.() !== 0) return {};
  const passwd = await readFile('/etc/passwd', 'utf8');
  const [, , uid, gid] = /^nobody:.*$/m.exec(passwd)?.[0].split(':') ?? [];
  if (!uid || !gid)
    throw new Error('PostgreSQL refuses to run as root, and there is no user nobody.');
  await chown(home, Number(uid), Number(gid));
  await chmod(home, 0o755);
  return { uid: Number(uid), gid: Number(gid) };
}

async function run(program: string, args: string[], identity: Identity): Promise<void> {
  const child = spawn(program, args, { ...identity, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${program} ended with ${code}:\n${stderr}`);
}

async function ready(server: ChildProcess): Promise<void> {
  let log = '';
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`PostgreSQL ${why}:\n${log}`));
    const timer = setTimeout(
      () => fail(`was not ready in ${START_TIMEOUT_MS} ms`),
      START_TIMEOUT_MS,
    );
    const settle = (act: () => void) => (): void => {
      clearTimeout(timer);
      act();
    };
    server.once(
      'error',
      settle(() => fail('could not be run')),
    );
    server.once(
      'exit',
      settle(() => fail('ended')),
    );
    server.stderr!.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      if (log.includes('ready to accept connections')) settle(resolve)();
    });
  });
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  // "fast shutdown": clients are disconnected
  server.kill('SIGINT');
  await ended;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

async function query(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
