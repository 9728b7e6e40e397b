import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { repository } from './packed-library.js';
import { runCommand } from './run-command.js';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

/** A project that has the packed library in its node_modules, next to a Nest version of its own. */
export class Consumer {
  private constructor(readonly folder: string) {}

  /**
   * Sets up a consumer below `test/packages/<name>`, in a folder of this run: what another run left behind, or does
   * at the same time, cannot be seen from it. Nest is found by walking up, as in any project.
   */
  static async create(name: string, tarball: string): Promise<Consumer> {
    const home = join(repository, 'test/packages', name);
    await mkdir(join(home, 'dist'), { recursive: true });
    const folder = await mkdtemp(join(home, 'dist', 'run-'));
    await cp(join(home, 'tsconfig.json'), join(folder, 'tsconfig.json'));
    await cp(join(import.meta.dirname, 'consumer-app.ts'), join(folder, 'main.ts'));
    await mkdir(join(folder, 'node_modules'));
    await runCommand('tar', ['-xzf', tarball, '-C', join(folder, 'node_modules')], { cwd: folder });
    await rename(join(folder, 'node_modules/package'), join(folder, 'node_modules/nestjs-nats'));
    return new Consumer(folder);
  }

  /** Compiles the app with the consumer's own compiler options. */
  async compile(): Promise<void> {
    await runCommand(process.execPath, [tsc, '-p', 'tsconfig.json'], { cwd: this.folder });
  }

  /** Runs the compiled app against a server and returns what it printed. */
  run(natsUrl: string): Promise<string> {
    return runCommand(process.execPath, ['main.js'], {
      cwd: this.folder,
      env: { NATS_SERVERS: natsUrl },
      timeoutMs: 20_000,
    });
  }

  /** The path that Node finds for an import made by the unpacked library itself. */
  resolveFromLibrary(specifier: string): string {
    const library = join(this.folder, 'node_modules/nestjs-nats/dist/cjs/index.js');
    return createRequire(library).resolve(specifier);
  }

  /** What a script returns that has both `require()` and `import()`, run in this project by a process of its own. */
  async evaluate(script: string): Promise<unknown> {
    const module = [
      "import { createRequire } from 'node:module';",
      'const require = createRequire(import.meta.url);',
      `const result = await (async () => { ${script} })();`,
      'console.log(JSON.stringify(result));',
    ];
    const printed = await runCommand(
      process.execPath,
      ['--input-type=module', '--eval', module.join('\n')],
      { cwd: this.folder },
    );
    return JSON.parse(printed);
  }

  /** Removes the folder of this run. */
  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
