import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cachedServerPath, cachedServers, newestFitting, serverCacheDir } from './server-cache.js';
import type { WantedVersion } from './wanted-version.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'server-cache-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function put(version: string, mode = 0o755): void {
  const path = cachedServerPath(root, version);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
  chmodSync(path, mode);
}

describe('serverCacheDir', () => {
  it('prefers the one given, then NATS_SERVER_CACHE', () => {
    expect(serverCacheDir('/given', { NATS_SERVER_CACHE: '/named' }, root)).toBe('/given');
    expect(serverCacheDir(undefined, { NATS_SERVER_CACHE: 'named' }, root)).toBe(
      join(root, 'named'),
    );
  });

  it.each([
    ['package-lock.json', '{}'],
    ['pnpm-lock.yaml', ''],
    ['package.json', '{ "workspaces": ["libs/*"] }'],
  ])('lies in the project that %s marks', (file, text) => {
    const inner = join(root, 'libs', 'inner');
    mkdirSync(inner, { recursive: true });
    writeFileSync(join(inner, 'package.json'), '{ "name": "inner" }');
    writeFileSync(join(root, file), text);
    expect(serverCacheDir(undefined, {}, inner)).toBe(join(root, '.cache', 'nats-server'));
  });

  it('lies in the current folder outside a project', () => {
    expect(serverCacheDir(undefined, {}, root)).toBe(join(root, '.cache', 'nats-server'));
  });
});

describe('cachedServers', () => {
  it('lists programs, newest first', async () => {
    for (const version of ['2.9.10', '2.15.1', '2.10.27']) put(version);
    put('2.16.0', 0o644);
    put('.install-x1y2z3');
    mkdirSync(join(root, '2.17.0'));
    writeFileSync(join(root, '2.18.0'), 'a file');
    const servers = await cachedServers(root);
    expect(servers.map(({ version }) => version)).toEqual(['2.15.1', '2.10.27', '2.9.10']);
  });

  it('is empty before anything is installed', async () => {
    await expect(cachedServers(join(root, 'absent'))).resolves.toEqual([]);
  });
});

describe('newestFitting', () => {
  it('takes the newest of those that will do', async () => {
    for (const version of ['2.9.10', '2.10.3', '2.10.27', '2.15.1']) put(version);
    const servers = await cachedServers(root);
    const pick = (wanted: WantedVersion) => newestFitting(servers, wanted)?.version;
    expect(pick({ minVersion: '2.10' })).toBe('2.15.1');
    expect(pick({ version: '2.10' })).toBe('2.10.27');
    expect(pick({ version: '2.10.3' })).toBe('2.10.3');
    expect(pick({ version: '2.1' })).toBeUndefined();
    expect(pick({ minVersion: '2.16' })).toBeUndefined();
  });
});
