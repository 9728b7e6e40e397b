import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { findExecutable } from './find-executable.js';
import { messageOf } from './message-of.js';
import { isAtLeast } from './nats-version.js';
import { afterThisProcess } from './parent-watch.js';
import { runCommand } from './run-command.js';
import { readServerInfo, type ServerInfo } from './server-info.js';

/** How a container is started. */
export interface DockerServerOptions {
  readonly jetstream: boolean;
  readonly minVersion: string;
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress: (line: string) => void;
}

/** A nats-server in a container of ours. */
export interface DockerServer {
  readonly url: string;
  readonly monitoringUrl: string;
  readonly version: string;
  stop(): Promise<void>;
}

/** The official image of nats-server. */
const IMAGE = 'nats:2';
const ANSWER_TIMEOUT_MS = 5_000;
const PULL_TIMEOUT_MS = 300_000;
const START_TIMEOUT_MS = 15_000;

/**
 * Runs nats-server in a container with ports of its own on 127.0.0.1.
 *
 * @throws Error when there is no docker command, no daemon answers, or the server does not come up.
 */
export async function startDockerServer(options: DockerServerOptions): Promise<DockerServer> {
  const { env } = options;
  const docker = await findExecutable('docker', env);
  if (docker === undefined) throw new Error('no docker command');
  const run = async (args: string[], timeoutMs: number) => {
    const { ok, stdout, failure } = await runCommand(docker, args, { env, timeoutMs });
    if (!ok) throw new Error(`docker ${args[0]} failed: ${failure}`);
    return stdout.trim();
  };
  await run(['version', '--format', '{{.Server.Version}}'], ANSWER_TIMEOUT_MS);
  options.onProgress(`Starting a container of ${IMAGE}`);
  const ports = ['-p', '127.0.0.1::4222', '-p', '127.0.0.1::8222'];
  const serverArgs = [...(options.jetstream ? ['-js'] : []), '-m', '8222'];
  const container = await run(
    ['run', '-d', '--rm', ...ports, IMAGE, ...serverArgs],
    PULL_TIMEOUT_MS,
  );
  const release = afterThisProcess('exec "$1" stop "$2"', [docker, container], () => {
    spawn(docker, ['stop', container], {
      detached: true,
      stdio: 'ignore',
      env,
    }).unref();
  });
  const stop = async () => {
    release();
    const stopped = await runCommand(docker, ['stop', container], { env, timeoutMs: 30_000 });
    // one that has ended by itself is gone already: that is what --rm asks for
    if (!stopped.ok && !/no such container/i.test(stopped.failure)) {
      throw new Error(`docker stop ${container} failed: ${stopped.failure}`);
    }
  };
  try {
    const [url, monitoringUrl] = [
      `nats://${firstLine(await run(['port', container, '4222/tcp'], ANSWER_TIMEOUT_MS))}`,
      `http://${firstLine(await run(['port', container, '8222/tcp'], ANSWER_TIMEOUT_MS))}`,
    ];
    const { version } = await infoOnceUp(url);
    if (!isAtLeast(version, options.minVersion)) {
      throw new Error(`the image ${IMAGE} here is ${version}: too old; docker pull ${IMAGE}`);
    }
    let stopped: Promise<void> | undefined;
    return { url, monitoringUrl, version, stop: () => (stopped ??= stop()) };
  } catch (error) {
    const [stopping] = await Promise.allSettled([stop()]);
    if (stopping.status === 'fulfilled') throw error;
    throw new Error(`${messageOf(error)}; ${messageOf(stopping.reason)}`, { cause: error });
  }
}

async function infoOnceUp(url: string): Promise<ServerInfo> {
  const { hostname: host, port } = new URL(url);
  const address = { host, port: Number(port), tls: false, label: url };
  const deadlineAt = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      return await readServerInfo(address, 1_000);
    } catch (error) {
      // the port is open before the server in the container is
      if (Date.now() > deadlineAt) throw error;
      await delay(50);
    }
  }
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
