import { describe, expect, it } from '@jest/globals';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { findNatsServerBinary, NatsServerUnavailableError } from 'nestjs-nats/testing';
import { shimCalls, writeVersionShim } from './program-shims.js';
import { useTestFolder } from './test-folder.js';

const folder = useTestFolder();

/** A search that sees nothing of this machine. */
function search(options: {
  path?: string[];
  system?: string[];
  bin?: string;
  minVersion?: string;
  version?: string;
}) {
  return findNatsServerBinary({
    env: { PATH: (options.path ?? []).join(':'), NATS_SERVER_BIN: options.bin },
    systemFolders: options.system ?? [],
    cacheDir: join(folder.path, 'cache'),
    minVersion: options.minVersion,
    version: options.version,
  });
}

function put(place: string, version: string): string {
  return writeVersionShim(join(folder.path, place), version);
}

describe('findNatsServerBinary', () => {
  it('finds nothing where there is nothing', async () => {
    await expect(search({})).resolves.toBeUndefined();
  });

  it('prefers NATS_SERVER_BIN', async () => {
    const bin = put('named', '2.11.0');
    put('bin', '2.12.0');
    const found = await search({ bin, path: [join(folder.path, 'bin')] });
    expect(found).toEqual({ path: bin, version: '2.11.0', origin: 'NATS_SERVER_BIN' });
  });

  it('prefers PATH to system folders, and those to the cache', async () => {
    const [path, system] = [join(folder.path, 'bin'), join(folder.path, 'sbin')];
    const cached = put('cache/2.14.0', '2.14.0');
    await expect(search({})).resolves.toMatchObject({ origin: 'cache', path: cached });
    const inSystem = put('sbin', '2.12.0');
    await expect(search({ system: [system] })).resolves.toMatchObject({ path: inSystem });
    const onPath = put('bin', '2.11.0');
    await expect(search({ path: [path], system: [system] })).resolves.toEqual({
      path: onPath,
      version: '2.11.0',
      origin: 'PATH',
    });
  });

  it('asks one program for its version, once', async () => {
    for (const place of ['bin', 'sbin', 'cache/2.15.1']) put(place, '2.15.1');
    await search({ path: [join(folder.path, 'bin')], system: [join(folder.path, 'sbin')] });
    const calls = ['bin', 'sbin', 'cache/2.15.1'].map((place) =>
      shimCalls(join(folder.path, place)),
    );
    expect(calls).toEqual([1, 0, 0]);
  });

  it('asks none when it takes the newest of the cache', async () => {
    put('cache/2.10.27', '2.10.27');
    const path = put('cache/2.15.1', '2.15.1');
    await expect(search({})).resolves.toEqual({ path, version: '2.15.1', origin: 'cache' });
    expect(shimCalls(join(folder.path, 'cache/2.15.1'))).toBe(0);
  });

  it('passes over a program that is too old, and asks it once by however many names', async () => {
    const old = put('bin', '2.9.10');
    const linked = join(folder.path, 'linked');
    symlinkSync(join(folder.path, 'bin'), linked);
    const path = put('cache/2.15.1', '2.15.1');
    const options = { path: [join(folder.path, 'bin')], system: [linked] };
    await expect(search(options)).resolves.toMatchObject({ path });
    expect(shimCalls(join(folder.path, 'bin'))).toBe(1);
    await expect(search({ ...options, minVersion: '2.9' })).resolves.toMatchObject({ path: old });
    await expect(search({ ...options, minVersion: '2.16' })).resolves.toBeUndefined();
  });

  it.each([
    [
      'is not there',
      () => join(folder.path, 'absent'),
      /absent is not a file that can be executed/,
    ],
    ['is a folder', () => folder.path, /is not a file that can be executed/],
    ['is another program', () => process.execPath, /is not a nats-server: --version prints "v\d+/],
    ['is too old', () => put('named', '2.9.10'), /named\/nats-server is 2\.9\.10: too old/],
  ])('does not look further when NATS_SERVER_BIN %s', async (_, bin, outcome) => {
    put('cache/2.15.1', '2.15.1');
    const error: unknown = await search({ bin: bin() }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(NatsServerUnavailableError);
    expect(error).toMatchObject({
      message: expect.stringContaining('NATS_SERVER_BIN is set, so nothing else was tried.'),
      tried: [{ source: 'NATS_SERVER_BIN', outcome: expect.stringMatching(outcome) }],
    });
  });

  it('passes over what is of another version line', async () => {
    for (const version of ['2.9.10', '2.10.3', '2.10.27', '2.15.1']) {
      put(`cache/${version}`, version);
    }
    const bin = put('named', '2.15.1');
    put('bin', '2.11.0');
    const options = { bin, path: [join(folder.path, 'bin')] };
    await expect(search({ ...options, version: '2.10' })).resolves.toMatchObject({
      version: '2.10.27',
      origin: 'cache',
    });
    await expect(search({ ...options, version: '2.10.3' })).resolves.toMatchObject({
      path: join(folder.path, 'cache/2.10.3/nats-server'),
    });
    await expect(search({ ...options, version: '2.11' })).resolves.toMatchObject({
      origin: 'PATH',
    });
    await expect(search({ ...options, version: '2.15' })).resolves.toMatchObject({
      origin: 'NATS_SERVER_BIN',
    });
    await expect(search({ ...options, version: '2.1' })).resolves.toBeUndefined();
  });

  it('does not pass over a NATS_SERVER_BIN that is no server, whatever is asked for', async () => {
    put('cache/2.10.27', '2.10.27');
    await expect(search({ bin: process.execPath, version: '2.10' })).rejects.toThrow(
      /node is not a nats-server[^]*NATS_SERVER_BIN is set, so nothing else was tried/,
    );
  });

  it('refuses a version that is none', async () => {
    put('bin', '2.15.1');
    await expect(
      search({ path: [join(folder.path, 'bin')], minVersion: 'latest' }),
    ).rejects.toThrow(/"latest" is not a nats-server version/);
    await expect(search({ version: 'latest' })).rejects.toThrow(/"latest" is not a version line/);
  });
});
