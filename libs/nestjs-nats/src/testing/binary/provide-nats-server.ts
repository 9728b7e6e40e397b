import { startDockerServer } from './docker-server.js';
import { type FindNatsServerOptions, searchNatsServer } from './find-nats-server.js';
import { messageOf } from '../message-of.js';
import {
  type NatsServerAttempt,
  NatsServerUnavailableError,
} from './nats-server-unavailable.error.js';
import { parseNatsUrl, redactUrl } from '../nats-url.js';
import { downloadNatsServer } from './obtain-nats-server.js';
import { readServerInfo, type ServerInfo } from '../server-info.js';
import { runNatsServer } from '../start-nats-server.js';
import { misfit, type WantedVersion, wantedVersion } from './wanted-version.js';

/** What a provided server has to be able to do. */
export interface ProvideNatsServerOptions extends FindNatsServerOptions {
  /** The server has JetStream. Default `true`. */
  readonly jetstream?: boolean;
  /** Receives a line for each step that takes time. */
  readonly onProgress?: (line: string) => void;
}

/** A server to use, and what to call when done with it. */
export interface ProvidedNatsServer {
  /** Where to connect. With origin `NATS_URL` it is that variable's value, credentials included. */
  readonly url: string;
  /** `binary`: a program that was there; `package`: one downloaded just now. */
  readonly origin: 'NATS_URL' | 'binary' | 'docker' | 'package';
  readonly version?: string;
  /** The HTTP monitoring address, when the server is ours. */
  readonly monitoringUrl?: string;
  /** Ends the server if it was started here. A server from `NATS_URL` is left alone. */
  stop(): Promise<void>;
}

const REACH_TIMEOUT_MS = 3_000;

/**
 * Provides a server for an app, a demo or a test run: the one that `NATS_URL` names, else a new one on a free port
 * of 127.0.0.1, from a nats-server program, a container, or a program that is downloaded. A server that happens to
 * listen on 4222 is never taken.
 *
 * @throws NatsServerUnavailableError when `NATS_URL` or `NATS_SERVER_BIN` is set to something unusable, or when
 *   nothing was found.
 * @throws TypeError when `version` or `minVersion` is not a version, or both are given.
 */
export async function provideNatsServer(
  options: ProvideNatsServerOptions = {},
): Promise<ProvidedNatsServer> {
  const env = options.env ?? process.env;
  const { jetstream = true, onProgress = () => undefined } = options;
  const wanted = wantedVersion(options);
  const url = env['NATS_URL']?.trim();
  if (url) return useServer(url, jetstream, wanted);

  const search = await searchNatsServer(options);
  if (search.found) return startProgram(search.found.path, 'binary', options);
  const tried: NatsServerAttempt[] = [{ source: 'NATS_URL', outcome: 'not set' }, ...search.tried];
  try {
    const server = await startDockerServer({ wanted, env, jetstream, onProgress });
    return { origin: 'docker', ...server };
  } catch (error) {
    tried.push({ source: 'docker', outcome: messageOf(error) });
  }
  const { path } = await downloadNatsServer(options, tried, 'server');
  return startProgram(path, 'package', options);
}

async function startProgram(
  binary: string,
  origin: 'binary' | 'package',
  options: ProvideNatsServerOptions,
): Promise<ProvidedNatsServer> {
  const server = await runNatsServer(binary, options);
  const { url, version, monitoringUrl } = server;
  return { url, origin, version, monitoringUrl, stop: () => server.stop() };
}

async function useServer(
  url: string,
  jetstream: boolean,
  wanted: WantedVersion,
): Promise<ProvidedNatsServer> {
  const refuse = (outcome: string, cause?: unknown) =>
    new NatsServerUnavailableError(
      [{ source: 'NATS_URL', outcome }],
      {
        wanted,
        need: 'server',
        remedy:
          'NATS_URL is set, so nothing else was tried. Start that server, correct the variable, or unset it\nto have a server found or started.',
      },
      { cause },
    );
  let info: ServerInfo;
  try {
    info = await firstAnswer(url);
  } catch (error) {
    throw refuse(messageOf(error), error);
  }
  const label = redactUrl(url);
  const problem = misfit(info.version, wanted);
  if (problem !== undefined) throw refuse(`${label} is ${info.version}: ${problem}`);
  if (jetstream && info.jetstream !== true) {
    throw refuse(`${label} runs without JetStream: start it with nats-server -js`);
  }
  return { url, origin: 'NATS_URL', version: info.version, stop: () => Promise.resolve() };
}

async function firstAnswer(url: string): Promise<ServerInfo> {
  const answers = parseNatsUrl(url).map((address) => readServerInfo(address, REACH_TIMEOUT_MS));
  try {
    return await Promise.any(answers);
  } catch (error) {
    const failures = (error as AggregateError).errors.map(messageOf);
    throw new Error(failures.join('; '), { cause: error });
  }
}
