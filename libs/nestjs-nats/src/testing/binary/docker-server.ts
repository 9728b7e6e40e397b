import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { dockerImage } from './docker-image.js';
import { findExecutable } from './find-executable.js';
import { messageOf } from '../message-of.js';
import { afterThisProcess } from '../parent-watch.js';
import { runCommand } from './run-command.js';
import { readServerInfo, type ServerInfo } from '../server-info.js';
import { misfit, type WantedVersion } from './wanted-version.js';

/** How a container is started. */
export interface DockerServerOptions {
  readonly jetstream: boolean;
  readonly wanted: WantedVersion;
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

const ANSWER_TIMEOUT_MS = 5_000;
const PULL_TIMEOUT_MS = 300_000;
const START_TIMEOUT_MS = 15_000;

/**
 * Runs nats-server in a container with ports of its own on 127.0.0.1.
 *
 * @throws Error when there is no docker command, no daemon answers, or the server does not come up.
 */
export async function startDockerServer(options: DockerServerOptions): Promise<DockerServer> {
  const { env, wanted } = options;
  const image = dockerImage(wanted);
  const docker = await findExecutable('docker', env);
  if (docker === undefined) throw new Error('no docker command');
  const run = async (args: string[], timeoutMs: number) => {
    const { ok, stdout, failure } = await runCommand(docker, args, { env, timeoutMs });
    if (!ok) throw new Error(`docker ${args[0]} failed: ${failure}`);
    return stdout.trim();
  };
  await run(['version', '--format', '{{.Server.Version}}'], ANSWER_TIMEOUT_MS);
  options.onProgress(`Starting a container of ${image}`);
  const ports = ['-p', '127.0.0.1::4222', '-p', '127.0.0.1::8222'];
  const serverArgs = [...(options.jetstream ? ['-js'] : []), '-m', '8222'];
  const container = await run(
    ['run', '-d', '--rm', ...ports, image, ...serverArgs],
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
    const problem = misfit(version, wanted);
    if (problem !== undefined) {
      throw new Error(`the image ${image} here is ${version}: ${problem}; docker pull ${image}`);
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
