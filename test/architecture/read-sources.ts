import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseFile, type ParsedFile } from './parse-imports.js';

/** The repository's root. */
export const repository = join(import.meta.dirname, '../..');

/** Reads and parses every `.ts` file below a folder given from the repository's root. */
export function readSources(folder: string): ParsedFile[] {
  return readdirSync(join(repository, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name).slice(repository.length + 1))
    .filter((path) => !/(^|\/)(node_modules|dist)\//.test(path))
    .toSorted()
    .map((path) => parseFile({ path, text: readFileSync(join(repository, path), 'utf8') }));
}

/** A package.json, as far as the checks read it. */
export interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** Reads the library's package.json. */
export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(repository, folder, 'package.json'), 'utf8')) as Manifest;
}

/** The entry points of a package: `.` and `./testing`, without its package.json. */
export function entryPoints({ exports }: Manifest): string[] {
  return Object.keys(exports).filter((entry) => entry !== './package.json');
}
