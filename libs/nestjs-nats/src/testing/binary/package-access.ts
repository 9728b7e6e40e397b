import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type MachineRelease,
  type PackageArchive,
  parseOsRelease,
  pickArchive,
} from './apt-archive.js';
import type { AptTools } from './apt-package.js';
import { type AptSource, parseDeb822Sources, parseOneLineSources } from './apt-sources.js';
import { findExecutable } from './find-executable.js';

/** What it takes to fetch a package on this machine. */
export interface PackageAccess {
  readonly tools: AptTools;
  readonly archive: PackageArchive;
  readonly release: MachineRelease;
}

/**
 * Finds out where this machine's packages come from.
 *
 * @throws Error when it has no package manager that is known, or none of its sources is the distribution's own.
 */
export async function requirePackageArchive(env: NodeJS.ProcessEnv): Promise<PackageAccess> {
  const [aptGet, dpkg] = [await findExecutable('apt-get', env), await findExecutable('dpkg', env)];
  if (!aptGet || !dpkg) throw new Error('no apt-get and dpkg (Debian and Ubuntu have them)');
  const release = parseOsRelease(await readFile('/etc/os-release', 'utf8'));
  if (!release) throw new Error('/etc/os-release names neither Debian nor Ubuntu');
  const archive = pickArchive(await readAptSources('/etc/apt'), release);
  if (!archive) {
    throw new Error(`the apt sources of this machine have no entry for ${release.codename} main`);
  }
  return { tools: { aptGet, dpkg }, archive, release };
}

async function readAptSources(folder: string): Promise<AptSource[]> {
  const names = await readdir(folder, { recursive: true });
  const files = names.filter((name) => /^(sources\.list|sources\.list\.d\/[\w.-]+)$/.test(name));
  const sources: AptSource[] = [];
  for (const name of files.toSorted()) {
    const read = name.endsWith('.sources')
      ? parseDeb822Sources
      : name.endsWith('.list')
        ? parseOneLineSources
        : undefined;
    if (read) sources.push(...read(await readFile(join(folder, name), 'utf8')));
  }
  return sources;
}
