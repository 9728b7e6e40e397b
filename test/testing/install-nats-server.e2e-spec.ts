import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  installNatsServer,
  NatsServerUnavailableError,
  startNatsServer,
} from 'nestjs-nats/testing';
import { writeVersionShim } from './program-shims.js';
import { useTestFolder } from './test-folder.js';

const ROOT = join(import.meta.dirname, '../..');
const run = promisify(execFile);
const hasApt = existsSync('/usr/bin/apt-get');
const folder = useTestFolder();

const withApt = { PATH: '/usr/bin:/bin' };

/** Has no nats-server outside the cache. */
const nothingInstalled = { env: withApt, systemFolders: [] };

const nowhere = { PATH: '/nowhere' };

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
if (hasApt) {
  describe('installNatsServer on Debian and Ubuntu', () => {
    it('installs a server that runs, and downloads it once for all who want it', async () => {
      const cacheDir = folder.path;
      const lines: string[] = [];
      const onProgress = (line: string) => lines.push(line);
      const installs = [1, 2, 3].map(() => installNatsServer({ cacheDir, onProgress }));
      const [first, ...others] = await Promise.all(installs);
      if (!first) throw new Error('nothing was installed');
      expect(others).toEqual([first, first]);
      expect(first.path).toBe(join(cacheDir, first.version, 'nats-server'));
      const said = (text: string) => lines.filter((line) => line.includes(text));
      expect(said('package archive of')).toHaveLength(1);
      expect(said('Downloading the package')).toHaveLength(1);
      expect(said(`Waiting for process ${process.pid}`)).toHaveLength(2);
      expect(readdirSync(cacheDir)).toEqual([first.version]);

      const server = await startNatsServer({ binary: first.path });
      expect(server.version).toBe(first.version);
      await server.stop();
    }, 180_000);

    it('downloads it once for several processes', async () => {
      const script = `import { installNatsServer } from 'nestjs-nats/testing';
        const { path } = await installNatsServer({ version: '2.10', onProgress: console.log });
        console.log('path: ' + path);`;
      const runs = [1, 2, 3].map(() =>
        run(process.execPath, ['--input-type=module', '--eval', script], {
          cwd: ROOT,
          env: { ...withApt, NATS_SERVER_CACHE: folder.path },
        }),
      );
      const output = (await Promise.all(runs)).map(({ stdout }) => stdout).join('');
      const [version] = readdirSync(folder.path);
      expect(output.match(/Downloading the package/g)).toHaveLength(1);
      expect(output.match(/^path: .*$/gm)).toEqual(
        [1, 2, 3].map(() => `path: ${folder.path}/${version}/nats-server`),
      );
    }, 180_000);

    it('replaces a server that runs, when it is told to download in any case', async () => {
      const cacheDir = folder.path;
      const server = await startNatsServer({ version: '2.10', cacheDir, ...nothingInstalled });
      const lines: string[] = [];
      const installed = await installNatsServer({
        cacheDir,
        version: '2.10',
        force: true,
        onProgress: (line) => lines.push(line),
      });
      expect(lines).toContain('Downloading the package nats-server');
      expect(installed.version).toBe(server.version);
      expect(server.running).toBe(true);
      await server.stop();
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
  it('says where the servers are that are already there', async () => {
    const newest = writeVersionShim(join(folder.path, '2.15.1'), '2.15.1');
    const oldest = writeVersionShim(join(folder.path, '2.10.27'), '2.10.27');
    const env = { ...nowhere, NATS_SERVER_BIN: newest };
    await expect(install(env)).resolves.toMatchObject({
      stdout: `nats-server 2.15.1 is already there (NATS_SERVER_BIN):
${newest}
nats-server 2.10.27 is already there (cache):
${oldest}
`,
    });
    await expect(install(env, '--version', '2.10')).resolves.toMatchObject({
      stdout: `nats-server 2.10.27 is already there (cache):\n${oldest}\n`,
    });
  });

  it('fails when one of them cannot be had, and still goes for the other', async () => {
    await expect(install(nowhere, '--force')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Needed: 2\.15 or newer[^]*Needed: 2\.10\.x/),
    });
  });

  it.each([
    [['--version', 'latest'], '"latest" is not a version line: expected major.minor'],
    [['--version'], "Option '--version <value>' argument missing"],
    [['--newest'], "Unknown option '--newest'"],
  ])('refuses %j', async (args, message) => {
    await expect(install(nowhere, ...args)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(message),
    });
  });

  if (hasApt) {
    it('brings both, side by side', async () => {
      const { stdout } = await install(withApt, '--force');
      const servers = await Promise.all(
        [{ version: '2.10' }, {}].map((wanted) =>
          startNatsServer({ ...nothingInstalled, ...wanted, cacheDir: folder.path }),
        ),
      );
      const versions = servers.map(({ version }) => version);
      await Promise.all(servers.map((server) => server.stop()));
      expect(versions).toEqual([
        expect.stringMatching(/^2\.10\.\d+$/),
        expect.not.stringMatching(/^2\.10\./),
      ]);
      expect(readdirSync(folder.path).toSorted()).toEqual(versions);
      for (const version of versions) {
        expect(stdout).toContain(`nats-server ${version} is installed:`);
      }
    }, 180_000);
  }

  /** Runs the script with a cache in the test's folder. */
  function install(env: NodeJS.ProcessEnv, ...args: string[]) {
    return run(process.execPath, ['scripts/nats-install.js', ...args], {
      cwd: ROOT,
      env: { NATS_SERVER_CACHE: folder.path, ...env },
    });
  }
});
