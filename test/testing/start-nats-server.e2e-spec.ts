import { afterEach, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { jetstreamManager, jetstream } from '@nats-io/jetstream';
import { type NatsTestServer, startNatsServer } from 'nestjs-nats/testing';
import { waitFor } from '../support/wait-for.js';

const servers: NatsTestServer[] = [];
const connections: NatsConnection[] = [];

async function started(options?: Parameters<typeof startNatsServer>[0]): Promise<NatsTestServer> {
  const server = await startNatsServer(options);
  servers.push(server);
  return server;
}

async function connected(server: NatsTestServer, options = {}): Promise<NatsConnection> {
  const connection = await connect({ servers: server.url, noAsyncTraces: true, ...options });
  connections.push(connection);
  return connection;
}

function processExists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

afterEach(async () => {
  await Promise.all(connections.splice(0).map((connection) => connection.close()));
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

describe('startNatsServer', () => {
  it('starts a server that carries messages', async () => {
    const server = await started();
    const nc = await connected(server);
    const subscription = nc.subscribe('greeting', { max: 1 });
    nc.publish('greeting', 'hello');
    const texts: string[] = [];
    for await (const message of subscription) texts.push(message.string());
    expect(texts).toEqual(['hello']);
    expect(nc.info?.version).toBe(server.version);
    expect(nc.info?.server_name).toBe(server.name);
    expect(server.running).toBe(true);
    await expect(server.logs()).resolves.toContain('Server is ready');
  });

  it('gives each server its own port and store', async () => {
    const [a, b] = await Promise.all([started(), started()]);
    expect(a.port).not.toBe(b.port);
    expect(a.storeDir).not.toBe(b.storeDir);
  });

  it('serves monitoring data', async () => {
    const server = await started({ name: 'watched' });
    const response = await fetch(`${server.monitoringUrl}/varz`);
    expect(await response.json()).toMatchObject({ server_name: 'watched', port: server.port });
  });

  it('keeps port and streams over a crash', async () => {
    const server = await started();
    const nc = await connected(server, { maxReconnectAttempts: -1, reconnectTimeWait: 20 });
    await (await jetstreamManager(nc)).streams.add({ name: 'KEPT', subjects: ['kept.>'] });
    await jetstream(nc).publish('kept.1', 'before the crash');
    const { port, pid } = server;

    await server.kill();
    expect(server.running).toBe(false);
    expect(processExists(pid)).toBe(false);
    expect(() => server.pause()).toThrow(/does not run/);
    await server.restart();

    expect(server.port).toBe(port);
    expect(server.pid).not.toBe(pid);
    const again = await connected(server);
    const info = await (await jetstreamManager(again)).streams.info('KEPT');
    expect(info.state.messages).toBe(1);
    const answers = () =>
      nc.flush().then(
        () => true,
        () => false,
      );
    await waitFor(answers, { what: 'the first connection to find its way back' });
  });

  it('restarts a running server in order', async () => {
    const server = await started();
    await server.restart();
    expect(server.running).toBe(true);
    await expect(server.logs()).resolves.toContain('Initiating Shutdown');
    await (await connected(server)).flush();
  });

  it('answers nothing while paused and goes on when resumed', async () => {
    const server = await started();
    const nc = await connected(server);
    server.pause();
    const flushed = nc.flush();
    const first = await Promise.race([
      flushed.then(() => 'flushed'),
      new Promise((resolve) => setTimeout(() => resolve('silent'), 200)),
    ]);
    expect(first).toBe('silent');
    server.resume();
    await flushed;
  });

  it('stops a paused server', async () => {
    const server = await started();
    server.pause();
    await server.stop();
    expect(server.running).toBe(false);
  });

  it('removes process and folder when stopped, and keeps the logs', async () => {
    const server = await started();
    await Promise.all([server.stop(), server.stop()]);
    expect(processExists(server.pid)).toBe(false);
    expect(existsSync(server.storeDir)).toBe(false);
    await expect(server.logs()).resolves.toContain('Server Exiting');
    await expect(server.restart()).rejects.toThrow(/stop\(\) removed its store/);
  });

  it('is released at the end of its scope', async () => {
    const server = await startNatsServer();
    await server[Symbol.asyncDispose]();
    expect(server.running).toBe(false);
  });

  it('takes a server configuration', async () => {
    const server = await started({ config: 'authorization { user: ada, password: "s3cret" }' });
    await expect(connect({ servers: server.url })).rejects.toThrow(/authorization/i);
    await (await connected(server, { user: 'ada', pass: 's3cret' })).flush();
  });

  it('starts without JetStream', async () => {
    const nc = await connected(await started({ jetstream: false }));
    expect(nc.info?.jetstream).not.toBe(true);
  });

  it('passes arguments on', async () => {
    const server = await started({ args: ['--auth', 'token'] });
    await expect(connect({ servers: server.url })).rejects.toThrow(/authorization/i);
    await (await connected(server, { token: 'token' })).flush();
  });

  it('reports the log of a server that does not start', async () => {
    await expect(startNatsServer({ config: 'no_such_setting: 1' })).rejects.toThrow(
      /did not start: .*exited with code 1[\s\S]*no_such_setting/,
    );
  });

  it('does not take over a port that somebody else has', async () => {
    const { port } = await started();
    await expect(startNatsServer({ port })).rejects.toThrow(/address already in use/);
  });
});
