import { cp, mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { runCommand } from './run-command.js';

/** The repository's root. */
export const repository = join(import.meta.dirname, '../..');

/** The library as it would be published. */
export interface PackedLibrary {
  /** The path of the `.tgz` file. */
  readonly tarball: string;
  /** The files in it, below its one folder `package/`. */
  readonly files: readonly string[];
  /** Its entry points as they are imported: `nestjs-nats`, `nestjs-nats/testing`. */
  readonly entryPoints: readonly string[];
  /** Removes everything that packing made. */
  remove(): Promise<void>;
}

/**
 * Builds and packs a copy of the library's source. A copy, because the `dist` that lies beside the source may be
 * older than it, may hold files whose source is gone, and may be rewritten meanwhile.
 */
export async function packLibrary(): Promise<PackedLibrary> {
  await mkdir(join(repository, 'dist'), { recursive: true });
  // inside the repository, so that the build finds its node_modules
  const folder = await mkdtemp(join(repository, 'dist', 'package-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    return { ...(await packInto(folder)), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function packInto(folder: string): Promise<Omit<PackedLibrary, 'remove'>> {
  const library = join(folder, 'libs/nestjs-nats');
  await cp(join(repository, 'libs/nestjs-nats'), library, {
    recursive: true,
    filter: (path) => !['dist', 'node_modules'].includes(basename(path)),
  });
  // what building and packing read from the root: compiler options, and documents to pack
  const shared = (await readdir(repository)).filter((file) => /^tsconfig\.json$|\.md$/.test(file));
  for (const file of shared) await cp(join(repository, file), join(folder, file));
  await runCommand('npm', ['run', 'build'], { cwd: library });
  await runCommand('npm', ['pack', '--pack-destination', folder], { cwd: library });
  const tarballs = (await readdir(folder)).filter((file) => file.endsWith('.tgz'));
  const [name] = tarballs;
  if (name === undefined || tarballs.length > 1) {
    throw new Error(`npm pack left ${tarballs.length} tarballs in ${folder}, expected 1`);
  }
  const listing = await runCommand('tar', ['-tzf', name], { cwd: folder });
  const manifest = JSON.parse(await readFile(join(library, 'package.json'), 'utf8')) as {
    name: string;
    exports: Record<string, unknown>;
  };
  return {
    tarball: join(folder, name),
    files: listing.split('\n').filter((line) => line !== ''),
    entryPoints: Object.keys(manifest.exports)
      .filter((entry) => entry !== './package.json')
      .map((entry) => join(manifest.name, entry)),
  };
}
