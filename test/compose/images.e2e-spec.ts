// The images of the apps cannot be built where there is no Docker, so what the Dockerfile and the compose file
// say about them is checked against the repository, and the health checks are run on the real apps.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { Analytics } from '../support/analytics.js';
import type { AppName } from '../support/app-process.js';
import { waitFor } from '../support/wait-for.js';

interface AppService {
  readonly build: { readonly context: string; readonly args: { readonly APP: AppName } };
  readonly environment: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly depends_on: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck: { readonly test: readonly string[] };
}

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const LIBRARIES = readdirSync(join(ROOT, 'libs')).map((name) => `libs/${name}`);
const dockerfile = read('Dockerfile');
const { services } = parse(read('docker-compose.yml')) as {
  services: Record<string, AppService | { build?: undefined }>;
};
const apps = Object.entries(services).flatMap(([name, service]) =>
  service.build ? [[name, service] as const] : [],
);

/** The arguments of an instruction of the Dockerfile, each time it stands there. */
function instructions(name: string): string[][] {
  const lines = dockerfile.matchAll(new RegExp(`^${name} (.*)$`, 'gm'));
  return [...lines].map(([, rest = '']) => rest.split(/\s+/));
}

describe('the Dockerfile', () => {
  it('copies what is there, and what .dockerignore leaves in', () => {
    const sources = instructions('COPY')
      .filter(([first = '']) => !first.startsWith('--from'))
      .flatMap((words) => words.slice(0, -1));
    expect(sources).toContain('package-lock.json');
    expect(sources.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    const ignored = read('.dockerignore').split('\n').filter(Boolean);
    expect(
      ignored.filter((line) => sources.includes(line) || sources.includes(`${line}/`)),
    ).toEqual([]);
  });

  it('has the manifest of every workspace before it installs', () => {
    const { workspaces } = JSON.parse(read('package.json')) as { workspaces: string[] };
    expect(workspaces).toEqual(['libs/*', 'test/packages/*']);
    const [beforeInstall = ''] = dockerfile.split('RUN npm ci');
    for (const library of LIBRARIES) {
      expect(beforeInstall).toContain(`COPY ${library}/package.json ${library}/\n`);
    }
    expect(beforeInstall).toContain('COPY test/packages/ test/packages/');
    expect(read('.dockerignore')).toMatch(/^test\/\*\n[^]*^!test\/packages$/m);
  });

  it('takes what the build has made, and runs it as somebody without rights', () => {
    const made = instructions('COPY')
      .filter(([first]) => first === '--from=build')
      .map(([, path = '']) => path.replace('/workspace/', '').replace('${APP}', 'agent'));
    const links = LIBRARIES.flatMap((library) => [`${library}/package.json`, `${library}/dist/`]);
    expect(made).toEqual(expect.arrayContaining(['dist/apps/agent/', ...links]));
    expect(made.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(instructions('USER')).toEqual([['node']]);
    expect(dockerfile).toContain('\nCMD ["node", "app/main.js"]\n');
    expect(dockerfile.lastIndexOf('USER node')).toBeGreaterThan(dockerfile.lastIndexOf('COPY'));
  });

  it('runs on a Node that this workspace supports', () => {
    const images = instructions('FROM').map(([image = '']) => image);
    expect(new Set(images).size).toBe(1);
    expect(Number(/^node:(\d+)-/.exec(images[0]!)?.[1])).toBeGreaterThanOrEqual(20);
  });
});

describe('the apps in docker-compose.yml', () => {
  const flow = new Analytics();

  beforeAll(() => flow.start());
  afterAll(() => flow.stop());

  it('are those of the analytics flow, each an app of this workspace', () => {
    expect(apps.map(([name]) => name)).toEqual(['agent', 'saver', 'dashboard']);
    for (const [name, { build }] of apps) {
      expect(build).toEqual({ context: '.', args: { APP: name } });
      expect(existsSync(join(ROOT, 'apps', name, 'src/main.ts'))).toBe(true);
    }
  });

  it.each(apps)(
    'sets variables that the %s knows, and waits for what it needs',
    (name, service) => {
      const config = read(`apps/${name}/src/config/${name}.config.ts`);
      for (const variable of Object.keys(service.environment)) {
        expect(config).toContain(`  ${variable}: `);
      }
      expect(service.environment['NATS_SERVERS']).toBe('nats://nats:4222');
      for (const [other, { condition }] of Object.entries(service.depends_on)) {
        expect(Object.keys(services)).toContain(other);
        expect(condition).toBe('service_healthy');
      }
    },
  );

  it.each(apps)('has a health check that tells whether the %s is ready', async (name, service) => {
    const [kind, program, flag, script = ''] = service.healthcheck.test;
    expect([kind, program, flag]).toEqual(['CMD', 'node', '-e']);
    const [, port] = /127\.0\.0\.1:(\d+)\/readyz/.exec(script)!;
    const config = read(`apps/${name}/src/config/${name}.config.ts`);
    expect(config).toContain(`PORT: port(${port})`);
    for (const ports of service.ports ?? []) expect(ports).toBe(`127.0.0.1:${port}:${port}`);

    // with nothing listening, and on the app itself, at another port
    const at = (url: string): number | null => {
      const moved = script.replace(`http://127.0.0.1:${port}`, url);
      return spawnSync(process.execPath, ['-e', moved]).status;
    };
    expect(at('http://127.0.0.1:1')).toBe(1);
    const url = await flow.app(service.build.args.APP).url();
    await waitFor(() => at(url) === 0, { what: `the ${name} to be ready` });
    await flow.server.kill();
    await waitFor(() => at(url) === 1, { what: `the ${name} not to be ready` });
    await flow.server.restart();
  });
});
