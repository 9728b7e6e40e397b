import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FindNatsServerOptions, requireBinary } from './binary/find-nats-server.js';
import { NatsTestServer, storeDir } from './nats-test-server.js';
import { obtainNatsServer } from './binary/obtain-nats-server.js';
import { wantedVersion } from './binary/wanted-version.js';

/** How a test's own server is started. */
export interface StartNatsServerOptions extends FindNatsServerOptions {
  /** Enables JetStream, stored in a folder that `stop()` removes. Default `true`. */
  readonly jetstream?: boolean;
  /** Text in the nats-server configuration language. Address, client and monitoring port, name and store stay ours. */
  readonly config?: string;
  /** More command line arguments for nats-server. */
  readonly args?: readonly string[];
  /** The server's name. Default one made up for each server. */
  readonly name?: string;
  /** The client port. Default: a free one, chosen by the server. */
  readonly port?: number;
  /** The program to run, in place of finding one. */
  readonly binary?: string;
  /** How long the server may take until it accepts connections, in milliseconds. Default 10000. */
  readonly startTimeoutMs?: number;
  /** Receives a line of progress when a server has to be downloaded. */
  readonly onProgress?: (line: string) => void;
}

/**
 * Starts a nats-server of the caller's own on a free port of 127.0.0.1, with JetStream. The program is found as
 * `findNatsServerBinary()` does; on Debian and Ubuntu it is downloaded when there is none. Servers of different
 * versions (`version: '2.10'`) can run side by side.
 *
 * @throws NatsServerUnavailableError when there is no nats-server of the version asked for.
 * @throws TypeError when `version` or `minVersion` is not a version, or both are given.
 * @throws Error with the end of the server's log when it does not start.
 */
export async function startNatsServer(
  options: StartNatsServerOptions = {},
): Promise<NatsTestServer> {
  const { path } =
    options.binary === undefined
      ? await obtainNatsServer(options)
      : await requireBinary(options.binary, wantedVersion(options), 'binary');
  return runNatsServer(path, options);
}

/** Starts a program that was found to be a nats-server. */
export async function runNatsServer(
  binary: string,
  options: StartNatsServerOptions,
): Promise<NatsTestServer> {
  const dir = await mkdtemp(join(tmpdir(), 'nats-server-'));
  try {
    return await NatsTestServer.start({
      binary,
      dir,
      name: options.name ?? `test-${randomBytes(4).toString('hex')}`,
      args: await serverArguments(options, dir),
      port: options.port ?? -1,
      monitoringPort: -1,
      env: options.env ?? process.env,
      startTimeoutMs: options.startTimeoutMs ?? 10_000,
      waitForPort: false,
    });
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
}

async function serverArguments(options: StartNatsServerOptions, dir: string): Promise<string[]> {
  const args = [...(options.args ?? []), '-sd', storeDir(dir)];
  if (options.jetstream ?? true) args.push('-js');
  if (options.config !== undefined) {
    const file = join(dir, 'nats-server.conf');
    await writeFile(file, options.config, { mode: 0o600 });
    args.push('-c', file);
  }
  return args;
}
