import { mkdir, mkdtemp, realpath, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository } from './packed-library.js';
import { runCommand } from './run-command.js';

/** What the library cannot do without: its peers that are not optional. */
const REQUIRED = [
  '@nats-io',
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/microservices',
  'reflect-metadata',
  'rxjs',
];

/** A project outside of this repository, with the packed library and none of its optional peers. */
export class BareProject {
  private constructor(private readonly folder: string) {}

  static async create(tarball: string): Promise<BareProject> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'bare-')));
    const modules = join(folder, 'node_modules');
    await mkdir(join(modules, '@nestjs'), { recursive: true });
    await runCommand('tar', ['-xzf', tarball, '-C', modules], { cwd: folder });
    await rename(join(modules, 'package'), join(modules, 'nestjs-nats'));
    for (const name of REQUIRED)
      await symlink(join(repository, 'node_modules', name), join(modules, name));
    return new BareProject(folder);
  }

  /** Runs a script, and gives what it prints as JSON. */
  async evaluate(script: string, env: Readonly<Record<string, string>> = {}): Promise<unknown> {
    const args = ['--input-type=module', '--eval', script];
    return JSON.parse(await runCommand(process.execPath, args, { cwd: this.folder, env }));
  }

  /** Removes its folder. */
  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
