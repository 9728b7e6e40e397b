import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import {
  findNatsServerBinary,
  type NatsTestServer,
  NatsServerUnavailableError,
  type ProvidedNatsServer,
  provideNatsServer,
  startNatsServer,
} from 'nestjs-nats/testing';
import { dockerCalls, writeBrokenDockerShim, writeDockerShim } from './program-shims.js';
import { useTestFolder } from './test-folder.js';

const folder = useTestFolder();
const servers: (NatsTestServer | ProvidedNatsServer)[] = [];
let natsServer: string;
let natsVersion: string;

/** Provides a server to somebody who has nothing of this machine but what `env` says. */
async function provide(
  env: NodeJS.ProcessEnv,
  options: Parameters<typeof provideNatsServer>[0] = {},
): Promise<ProvidedNatsServer> {
  const cacheDir = join(folder.path, 'cache');
  const server = await provideNatsServer({ env, systemFolders: [], cacheDir, ...options });
  servers.push(server);
  return server;
}

async function started(options?: Parameters<typeof startNatsServer>[0]): Promise<NatsTestServer> {
  const server = await startNatsServer(options);
  servers.push(server);
  return server;
}

async function refusal(provided: Promise<unknown>): Promise<NatsServerUnavailableError> {
  const error: unknown = await provided.catch((error: unknown) => error);
  if (!(error instanceof NatsServerUnavailableError))
    throw new Error('not refused', { cause: error });
  return error;
}

beforeAll(async () => {
  const server = await started();
  natsServer = (await findNatsServerBinary())?.path ?? '';
  natsVersion = server.version;
  await server.stop();
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

describe('provideNatsServer with NATS_URL', () => {
  it('uses that server and leaves it running', async () => {
    const own = await started();
    const server = await provide({ NATS_URL: own.url });
    expect(server).toMatchObject({ url: own.url, origin: 'NATS_URL', version: own.version });
    await server.stop();
    const nc = await connect({ servers: own.url });
    await nc.close();
    expect(own.running).toBe(true);
  });

  it('keeps the credentials and needs none itself', async () => {
    const own = await started({ config: 'authorization { user: ada, password: "s3cret" }' });
    const url = `nats://ada:s3cret@127.0.0.1:${own.port}`;
    await expect(provide({ NATS_URL: url })).resolves.toMatchObject({ url });
  });

  it('takes a list of which one answers', async () => {
    const own = await started();
    const url = `nats://127.0.0.1:1,${own.url}`;
    await expect(provide({ NATS_URL: url })).resolves.toMatchObject({ url, version: own.version });
  });

  it('does not look further when that server does not answer', async () => {
    const error = await refusal(
      provide({ NATS_URL: 'nats://ada:s3cret@127.0.0.1:1', NATS_SERVER_BIN: natsServer }),
    );
    expect(error.tried).toEqual([
      {
        source: 'NATS_URL',
        outcome: 'nats://127.0.0.1:1 cannot be reached: connect ECONNREFUSED 127.0.0.1:1',
      },
    ]);
    expect(error.message).toContain('NATS_URL is set, so nothing else was tried.');
    expect(error.message).not.toMatch(/ada|s3cret/);
  });

  it.each([
    ['http://127.0.0.1', /is not a NATS address: expected nats:\/\//],
    ['ws://ada:s3cret@127.0.0.1', /"ws:\/\/\*\*\*@127\.0\.0\.1" is not a NATS address/],
  ])('refuses %s', async (url, message) => {
    expect((await refusal(provide({ NATS_URL: url }))).message).toMatch(message);
  });

  it('refuses a server that cannot do what is wanted', async () => {
    const own = await started({ jetstream: false });
    const env = { NATS_URL: own.url };
    expect((await refusal(provide(env))).message).toContain('start it with nats-server -js');
    expect(
      (await refusal(provide(env, { jetstream: false, minVersion: '99.0' }))).message,
    ).toContain(`is ${own.version}: too old`);
    expect((await refusal(provide(env, { jetstream: false, version: '2.9' }))).message).toContain(
      `is ${own.version}: not 2.9.x`,
    );
    await expect(provide(env, { jetstream: false })).resolves.toMatchObject({ url: own.url });
  });
});

describe('provideNatsServer without NATS_URL', () => {
  it('starts a program that is there', async () => {
    const server = await provide({ NATS_URL: ' ', NATS_SERVER_BIN: natsServer });
    expect(server.origin).toBe('binary');
    const nc = await connect({ servers: server.url });
    expect(nc.info).toMatchObject({ version: server.version, jetstream: true });
    await nc.close();
    expect((await fetch(`${server.monitoringUrl}/healthz`)).status).toBe(200);
    await server.stop();
    await expect(connect({ servers: server.url })).rejects.toThrow(/ECONNREFUSED|refused/i);
  });

  it('starts a container when there is no program', async () => {
    writeDockerShim(folder.path, natsServer);
    const lines: string[] = [];
    const server = await provide({ PATH: folder.path }, { onProgress: (line) => lines.push(line) });
    expect(server.origin).toBe('docker');
    expect(lines).toEqual(['Starting a container of nats:2']);
    const nc = await connect({ servers: server.url });
    expect(nc.info).toMatchObject({ version: server.version, jetstream: true });
    await nc.close();
    expect((await fetch(`${server.monitoringUrl}/healthz`)).status).toBe(200);
    await server.stop();
    await server.stop();
    expect(dockerCalls(folder.path)).toEqual(['version', 'run', 'port', 'port', 'stop']);
    await expect(connect({ servers: server.url })).rejects.toThrow(/ECONNREFUSED|refused/i);
  });

  it('starts a container of the version line that is asked for', async () => {
    writeDockerShim(folder.path, natsServer);
    const version = natsVersion.split('.', 2).join('.');
    const lines: string[] = [];
    const server = await provide(
      { PATH: folder.path },
      { version, onProgress: (line) => lines.push(line) },
    );
    expect(server).toMatchObject({ origin: 'docker', version: natsVersion });
    expect(lines).toEqual([`Starting a container of nats:${version}`]);
    await server.stop();
  });

  it('ends a container whose server is too old', async () => {
    writeDockerShim(folder.path, natsServer);
    const error = await refusal(provide({ PATH: folder.path }, { minVersion: '99.0' }));
    expect(error.message).toMatch(
      /docker +the image nats:2 here is .*: too old; docker pull nats:2/,
    );
    expect(dockerCalls(folder.path)).toContain('stop');
  });

  it('says on one screen what was tried when there is nothing', async () => {
    writeBrokenDockerShim(folder.path);
    const error = await refusal(provide({ PATH: folder.path }));
    expect(error.tried.map(({ source }) => source)).toEqual([
      'NATS_URL',
      'NATS_SERVER_BIN',
      'PATH',
      'cache',
      'docker',
      'package',
    ]);
    expect(error.message).toMatch(/docker +.*Cannot connect to the Docker daemon/);
    expect(error.message).toContain('Do one of these');
    expect(error.message.split('\n').length).toBeLessThanOrEqual(23);
  });
});

describe('startNatsServer with no program', () => {
  it('says that a container is not enough', async () => {
    writeDockerShim(folder.path, natsServer);
    const error = await refusal(
      startNatsServer({
        env: { PATH: folder.path },
        systemFolders: [],
        cacheDir: join(folder.path, 'cache'),
      }),
    );
    expect(error.message).toMatch(/docker +not enough: this needs a process to signal and restart/);
    expect(error.message).not.toContain('docker run');
  });

  it('names the version that is needed, what for, and the one that was found', async () => {
    const error = await refusal(startNatsServer({ binary: natsServer, minVersion: '99.0' }));
    expect(error.message).toMatch(/Needed: 99\.0 or newer/);
    expect(error.message).toMatch(/binary +.* is \d+\.\d+\.\d+: too old/);
    await expect(startNatsServer({ binary: natsServer, version: '2.9' })).rejects.toThrow(
      /binary +.* is \d+\.\d+\.\d+: not 2\.9\.x/,
    );
    await expect(
      startNatsServer({
        env: { PATH: '' },
        systemFolders: [],
        cacheDir: folder.path,
        minVersion: '2.11',
      }),
    ).rejects.toThrow(/Needed: 2\.11 or newer \(message TTL, consumer pause/);
  });
});
