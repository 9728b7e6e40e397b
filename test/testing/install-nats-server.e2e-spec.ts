import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  findNatsServerBinary,
  installNatsServer,
  NatsServerUnavailableError,
  startNatsServer,
} from 'nestjs-nats/testing';
import { writeVersionShim } from './program-shims.js';
import { useTestFolder } from './test-folder.js';

const ROOT = join(import.meta.dirname, '../..');
const folder = useTestFolder();

/** Has apt, and no nats-server outside the cache. */
const nothingInstalled = {
  env: { ...process.env, PATH: '/usr/bin:/bin', NATS_SERVER_BIN: undefined },
  systemFolders: [],
};

describe('installNatsServer', () => {
  it('takes what the cache has', async () => {
    const cacheDir = folder.path;
    const path = writeVersionShim(join(cacheDir, '2.15.1'), '2.15.1');
    const installed = await installNatsServer({ cacheDir, env: { PATH: '' } });
    expect(installed).toEqual({ path, version: '2.15.1' });
  });

  it('takes what the cache has of a version line', async () => {
    const cacheDir = folder.path;
    const path = writeVersionShim(join(cacheDir, '2.10.27'), '2.10.27');
    writeVersionShim(join(cacheDir, '2.15.1'), '2.15.1');
    const installed = await installNatsServer({ cacheDir, version: '2.10', env: { PATH: '' } });
    expect(installed).toEqual({ path, version: '2.10.27' });
  });

  it('refuses where there is no package manager that it knows', async () => {
    const installed = installNatsServer({ cacheDir: folder.path, env: { PATH: folder.path } });
    await expect(installed).rejects.toBeInstanceOf(NatsServerUnavailableError);
    await expect(installed).rejects.toMatchObject({
      tried: [{ source: 'package', outcome: 'no apt-get and dpkg (Debian and Ubuntu have them)' }],
    });
  });
});

// Fetches from the package archive that the machine is set up with. Other systems have none to fetch from.
if (existsSync('/usr/bin/apt-get')) {
  describe('installNatsServer on Debian and Ubuntu', () => {
    it('installs a server that runs, also when two do it at once', async () => {
      const cacheDir = folder.path;
      const lines: string[] = [];
      const [first, second] = await Promise.all([
        installNatsServer({ cacheDir, onProgress: (line) => lines.push(line) }),
        installNatsServer({ cacheDir, force: true }),
      ]);
      expect(second).toEqual(first);
      expect(first.path).toBe(join(cacheDir, first.version, 'nats-server'));
      expect(lines.join('\n')).toMatch(/package archive of[\s\S]*Downloading the package/);
      expect(readdirSync(cacheDir)).toEqual([first.version]);

      const server = await startNatsServer({ binary: first.path });
      expect(server.version).toBe(first.version);
      await server.stop();
    }, 180_000);

    it('installs the oldest line that is supported beside the newest', async () => {
      const cacheDir = folder.path;
      const [oldest, newest] = [
        await startNatsServer({ version: '2.10', cacheDir, ...nothingInstalled }),
        await startNatsServer({ minVersion: '2.11', cacheDir, ...nothingInstalled }),
      ];
      try {
        expect(oldest.version).toMatch(/^2\.10\.\d+$/);
        expect(readdirSync(cacheDir).toSorted()).toEqual(
          [oldest.version, newest.version].toSorted(),
        );
        const found = await findNatsServerBinary({ cacheDir, ...nothingInstalled });
        expect(found).toMatchObject({ version: newest.version, origin: 'cache' });
      } finally {
        await Promise.all([oldest.stop(), newest.stop()]);
      }
    }, 180_000);

    it('downloads no package of another version, and says which ones there are', async () => {
      const cacheDir = folder.path;
      const lines: string[] = [];
      const installed = installNatsServer({
        cacheDir,
        version: '2.10.0',
        onProgress: (line) => lines.push(line),
      });
      await expect(installed).rejects.toThrow(
        /Needed: 2\.10\.0\.[^]*package \(\w+\) +\d+\.\d+\.\d+: not 2\.10\.0$/m,
      );
      expect(lines.join('\n')).not.toContain('Downloading');
      expect(readdirSync(cacheDir)).toEqual([]);
    }, 180_000);

    it('leaves nothing behind when it is interrupted', async () => {
      const cacheDir = join(folder.path, 'cache');
      const interrupted = new AbortController();
      const installing = installNatsServer({
        cacheDir,
        signal: interrupted.signal,
        onProgress: (line) => {
          if (line.startsWith('Reading')) interrupted.abort(new Error('interrupted'));
        },
      });
      await expect(installing).rejects.toThrow('interrupted');
      expect(readdirSync(cacheDir)).toEqual([]);
    });
  });
}

describe('npm run nats:install', () => {
  it('says where the server is that is already there', () => {
    const path = writeVersionShim(folder.path, '2.15.1');
    const output = execFileSync(process.execPath, ['scripts/nats-install.js'], {
      cwd: ROOT,
      encoding: 'utf8',
      env: { NATS_SERVER_BIN: path },
    });
    expect(output).toBe(`nats-server 2.15.1 is already there (NATS_SERVER_BIN):\n${path}\n`);
  });
});
