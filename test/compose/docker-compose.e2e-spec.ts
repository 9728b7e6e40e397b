// The compose file cannot be run where there is no Docker, so every claim in it is checked on its own: the
// structure by reading it, and the arguments and the health check by giving them to a real nats-server.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type NatsTestServer, startNatsServer } from 'nestjs-nats/testing';
import { parse } from 'yaml';

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck: { readonly test: readonly string[]; readonly [setting: string]: unknown };
}

interface ComposeFile {
  readonly services: { readonly nats: Service; readonly postgres: Service };
  readonly volumes: Readonly<Record<string, unknown>>;
}

const text = readFileSync(join(import.meta.dirname, '../../docker-compose.yml'), 'utf8');
const compose = parse(text) as ComposeFile;
const { nats, postgres } = compose.services;
const services = Object.entries(compose.services);

/** The argument after a flag of the nats-server command. */
function flagValue(flag: string): string | undefined {
  const command = nats.command ?? [];
  return command[command.indexOf(flag) + 1];
}

/** Runs `use` with a server that got the command's arguments, then ports and a store of its own. */
async function withServer(
  command: readonly string[],
  use: (server: NatsTestServer) => Promise<void>,
): Promise<void> {
  // `jetstream: false`: whether JetStream is on is the command's to say
  const server = await startNatsServer({ jetstream: false, args: command });
  try {
    await use(server);
  } finally {
    await server.stop();
  }
}

describe('docker-compose.yml', () => {
  it('holds NATS, PostgreSQL and the apps of the analytics flow', () => {
    expect(Object.keys(compose.services)).toEqual([
      'nats',
      'postgres',
      'agent',
      'saver',
      'dashboard',
    ]);
  });

  it('uses official images with a pinned version and a shell', () => {
    expect(nats.image).toMatch(/^nats:2\.\d+-alpine$/);
    expect(postgres.image).toMatch(/^postgres:\d+-alpine$/);
  });

  it.each(services)('opens the ports of %s to this machine only', (_name, service) => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it('N13: maps the client port, the monitoring endpoint and the database', () => {
    expect(nats.ports).toEqual(['127.0.0.1:4222:4222', '127.0.0.1:8000:8222']);
    expect(flagValue('-m')).toBe('8222');
    expect(postgres.ports).toEqual(['127.0.0.1:5432:5432']);
  });

  it('keeps data on volumes that are declared', () => {
    const used = services.flatMap(([, service]) => service.volumes ?? []);
    expect(used.map((volume) => volume.split(':')[0])).toEqual(Object.keys(compose.volumes));
  });

  it('stores streams, and PostgreSQL its versions, where the volumes are mounted', () => {
    expect(nats.volumes).toEqual([`nats-data:${flagValue('-sd')}`]);
    expect(postgres.volumes).toEqual(['postgres-data:/var/lib/postgresql']);
  });

  it.each(services)('checks the health of %s within bounds', (_name, { healthcheck }) => {
    expect(healthcheck).toMatchObject({
      interval: expect.stringMatching(/^\d+s$/),
      timeout: expect.stringMatching(/^\d+s$/),
      start_period: expect.stringMatching(/^\d+s$/),
      retries: expect.any(Number),
    });
  });

  it('asks PostgreSQL by TCP, as the user and database it was given', () => {
    const [kind, command] = postgres.healthcheck.test;
    expect(kind).toBe('CMD-SHELL');
    expect(command).toMatch(/^pg_isready --host 127\.0\.0\.1 /);
    for (const name of ['POSTGRES_USER', 'POSTGRES_DB']) expect(command).toContain(`"$$${name}"`);
  });

  it('takes the credentials from the environment, with the defaults its first lines show', () => {
    const defaults = Object.entries(postgres.environment ?? {}).map(([name, value]) => {
      const [, variable, fallback] = /^\$\{(\w+):-(\w+)\}$/.exec(value) ?? [];
      expect(variable).toBe(name);
      return fallback;
    });
    const [user, password, database] = defaults;
    expect(text).toContain(`postgres://${user}:${password}@127.0.0.1:5432/${database}\n`);
  });
});

describe('the command of the nats service', () => {
  it('N13: starts a server with JetStream whose health check answers', async () => {
    await withServer(nats.command ?? [], async (server) => {
      const [kind, program, ...args] = nats.healthcheck.test;
      expect([kind, program]).toEqual(['CMD', 'wget']);
      const url = new URL(args.at(-1) ?? '');
      expect(url.host).toBe(`127.0.0.1:${flagValue('-m')}`);
      const health = await fetch(new URL(url.pathname + url.search, server.monitoringUrl));
      expect(health.status).toBe(200);
      expect(await health.json()).toEqual({ status: 'ok' });

      const state = await (await fetch(`${server.monitoringUrl}/jsz`)).json();
      expect(state).toMatchObject({ config: { store_dir: join(server.storeDir, 'jetstream') } });
    });
  });

  it('would not pass this test without JetStream', async () => {
    const command = (nats.command ?? []).filter((argument) => argument !== '-js');
    await withServer(command, async (server) => {
      const state = await (await fetch(`${server.monitoringUrl}/jsz`)).json();
      expect(state).toMatchObject({ disabled: true });
    });
  });

  it('would not pass this test with a flag that nats-server does not know', async () => {
    const command = (nats.command ?? []).map((argument) => argument.replace('-sd', '-storedir'));
    await expect(startNatsServer({ args: command })).rejects.toThrow('did not start');
  });
});
