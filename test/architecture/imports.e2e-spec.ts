// Holds the real sources against the import table, and docs/architecture.md against both.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { checkApps } from './check-apps.js';
import { checkBarrels, checkSizes, checkTestCode } from './check-files.js';
import { checkRooms, roomOf } from './check-rooms.js';
import { findCycles } from './find-cycles.js';
import * as architecture from './import-table.js';
import { parseTable } from './parse-table.js';
import { entryPoints, readManifest, readSources, repository } from './read-sources.js';
import { formatViolation, isSpec } from './source-file.js';

const libraryFolder = 'libs/nestjs-nats';
const sourceFolder = `${libraryFolder}/src`;
const manifest = readManifest(libraryFolder);
const library = readSources(sourceFolder);
const apps = readSources('apps');
const kitFolder = 'libs/app-kit';
const kitSources = `${kitFolder}/src`;
const kitManifest = readManifest(kitFolder);
const kit = readSources(kitSources);
const appRules = {
  libraryName: manifest.name,
  publicNames: entryPoints(manifest).map((entry) => join(manifest.name, entry)),
  testingName: `${manifest.name}/testing`,
  toolApps: architecture.toolApps,
  kitName: kitManifest.name,
};

describe('the library', () => {
  it('reads the sources at all', () => {
    expect(library.map((file) => file.path)).toContain(`${sourceFolder}/index.ts`);
  });

  it('imports only what the table and its package.json allow', () => {
    const violations = checkRooms(library, {
      root: sourceFolder,
      table: architecture.importTable,
      packages: Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }),
      pureRooms: architecture.pureRooms,
      pureBuiltins: architecture.pureBuiltins,
      ownedPackages: architecture.ownedPackages,
    });
    expect(violations.map(formatViolation)).toEqual([]);
  });

  it('has no import cycle', () => {
    expect(findCycles(library).map(formatViolation)).toEqual([]);
  });

  it('has no barrel but its entry points', () => {
    const entryFiles = entryPoints(manifest).map((entry) => join(sourceFolder, entry, 'index.ts'));
    expect(library.map((file) => file.path)).toEqual(expect.arrayContaining(entryFiles));
    expect(checkBarrels(library, entryFiles).map(formatViolation)).toEqual([]);
  });

  it('loads no test code in production', () => {
    expect(checkTestCode(library).map(formatViolation)).toEqual([]);
  });

  it('has no file too long for one concept', () => {
    expect(checkSizes(library, architecture.MAX_LINES).map(formatViolation)).toEqual([]);
  });
});

describe('the apps', () => {
  it('use the library by its public names, their kit by its files, and nothing of each other', () => {
    const kitModules = kit
      .map((file) => file.path)
      .filter((path) => !isSpec(path))
      .map((path) => join(kitManifest.name, path.slice(kitSources.length).replace(/\.ts$/, '')));
    const violations = checkApps(apps, { ...appRules, kitModules });
    expect(violations.map(formatViolation)).toEqual([]);
  });

  it('have no import cycle, no test code in production, no file too long', () => {
    const violations = [
      ...findCycles(apps),
      ...checkTestCode(apps),
      ...checkSizes(apps, architecture.MAX_LINES),
    ];
    expect(violations.map(formatViolation)).toEqual([]);
  });
});

describe('the kit of the apps', () => {
  it('imports only what its table and its package.json allow', () => {
    // what it has only types of is a dependency of its development
    const violations = checkRooms(kit, {
      root: kitSources,
      table: architecture.kitTable,
      packages: Object.keys({
        ...kitManifest.peerDependencies,
        ...kitManifest.devDependencies,
      }).map((name) => name.replace(/^@types\//, '')),
      pureRooms: [],
      pureBuiltins: [],
      ownedPackages: architecture.kitPackages,
    });
    expect(violations.map(formatViolation)).toEqual([]);
  });

  it('uses the library by its public names, and nothing of the apps', () => {
    // it does not go by its own name either: that would be a detour
    const violations = checkApps(kit, { ...appRules, kitModules: [] });
    expect(violations.map(formatViolation)).toEqual([]);
  });

  it('has no import cycle, no barrel, no test code in production, no file too long', () => {
    const violations = [
      ...findCycles(kit),
      ...checkBarrels(kit, []),
      ...checkTestCode(kit),
      ...checkSizes(kit, architecture.MAX_LINES),
    ];
    expect(violations.map(formatViolation)).toEqual([]);
  });

  it('has a README that shows its table, and names its rooms', () => {
    const text = readFileSync(join(repository, kitFolder, 'README.md'), 'utf8');
    expect(parseTable(text)).toEqual(architecture.kitTable);
    const named = [...text.matchAll(/^\| `(\w+)\/` /gm)].map(([, room]) => room);
    const rooms = new Set(kit.map((file) => roomOf(file.path, kitSources)));
    expect(new Set(named)).toEqual(rooms);
  });
});

describe('docs/architecture.md', () => {
  const text = readFileSync(join(repository, 'docs/architecture.md'), 'utf8');
  const rooms = new Set(library.map((file) => roomOf(file.path, sourceFolder)));
  rooms.delete(architecture.PUBLIC_SURFACE);

  it('shows the table that is enforced', () => {
    expect(parseTable(text)).toEqual(architecture.importTable);
  });

  it('names the folders of the source, no more and no fewer', () => {
    const [, tree = ''] = text.split(`${sourceFolder}/\n`);
    const named = [...tree.matchAll(/^ {2}(\w+)\//gm)].map(([, room]) => room);
    expect(new Set(named)).toEqual(rooms);
  });

  it('says which rooms of the table are not built yet', () => {
    const [, list = ''] = /^Decided but not built yet: (.*?)\./m.exec(text) ?? [];
    const unbuilt = Object.keys(architecture.importTable).filter((room) => !rooms.has(room));
    expect(new Set([...list.matchAll(/`(\w+)`/g)].map(([, room]) => room))).toEqual(
      new Set(unbuilt),
    );
  });

  it('names every entry point', () => {
    const entries = entryPoints(manifest).map((entry) => `\`${join(manifest.name, entry)}\``);
    expect(entries.filter((entry) => !text.includes(entry))).toEqual([]);
  });
});
