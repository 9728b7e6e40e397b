import { isBuiltin } from 'node:module';
import { PUBLIC_SURFACE, type ImportTable } from './import-table.js';
import type { Import, ParsedFile } from './parse-imports.js';
import { isRelative, isSpec, packageOf, resolveRelative, type Violation } from './source-file.js';

/** What the library's imports are held against. */
export interface LibraryRules {
  /** Folder of the source, without a trailing slash: `libs/nestjs-nats/src`. */
  readonly root: string;
  readonly table: ImportTable;
  /** Packages the library declares; Node's own modules are allowed besides. */
  readonly packages: readonly string[];
  readonly pureRooms: readonly string[];
  /** Modules of Node that a pure room may import. */
  readonly pureBuiltins: readonly string[];
  readonly ownedPackages: Readonly<Record<string, string>>;
}

/** Holds every import of the library's production files against the table and the package list. */
export function checkRooms(files: readonly ParsedFile[], rules: LibraryRules): Violation[] {
  const known = new Set(files.map((file) => file.path));
  return files
    .filter((file) => !isSpec(file.path))
    .flatMap((file) => {
      const room = roomOf(file.path, rules.root);
      if (room !== PUBLIC_SURFACE && !rules.table[room]) {
        return [
          { file: file.path, message: `lies in "${room}", which has no row in the import table` },
        ];
      }
      return file.imports.flatMap((found) => {
        const message = isRelative(found.specifier)
          ? relativeFault(file.path, room, found, known, rules)
          : packageFault(room, found, rules);
        return message ? [{ file: file.path, line: found.line, message }] : [];
      });
    });
}

/** The table's name for the room of a file: its first folder below the root. */
export function roomOf(path: string, root: string): string {
  const [first = '', ...rest] = path.slice(root.length + 1).split('/');
  return rest.length === 0 && first === 'index.ts' ? PUBLIC_SURFACE : first;
}

function relativeFault(
  path: string,
  room: string,
  found: Import,
  known: ReadonlySet<string>,
  { root, table }: LibraryRules,
): string | undefined {
  const target = resolveRelative(path, found.specifier);
  if (!target.startsWith(`${root}/`)) return `imports ${found.specifier}, outside of ${root}`;
  if (!known.has(target)) return `imports ${found.specifier}, but there is no ${target}`;
  if (isSpec(target)) return `imports the test ${found.specifier}; production code must not`;
  const targetRoom = roomOf(target, root);
  if (targetRoom === room) return undefined;
  if (room === PUBLIC_SURFACE) {
    // an edge imports the public surface, so the surface importing an edge would be a cycle
    return table[targetRoom]?.imports.includes(PUBLIC_SURFACE)
      ? `index.ts imports the edge "${targetRoom}"; it has an entry point of its own`
      : undefined;
  }
  const { imports = [], typesOnly = [] } = table[room] ?? {};
  if (imports.includes(targetRoom)) return undefined;
  if (typesOnly.includes(targetRoom)) {
    return found.typeOnly
      ? undefined
      : `"${room}" imports a value of "${targetRoom}"; only types are allowed`;
  }
  const allowed = [...imports, ...typesOnly.map((name) => `${name} (types only)`)];
  return `"${room}" imports "${targetRoom}"; allowed: ${allowed.join(', ') || 'nothing'}`;
}

function packageFault(room: string, found: Import, rules: LibraryRules): string | undefined {
  const name = packageOf(found.specifier);
  const pure = rules.pureRooms.includes(room);
  if (isBuiltin(found.specifier)) {
    if (!found.specifier.startsWith('node:')) return `imports ${name}; write node:${name}`;
    return pure && !rules.pureBuiltins.includes(found.specifier)
      ? `"${room}" is pure and imports ${found.specifier}`
      : undefined;
  }
  if (!rules.packages.includes(name)) {
    return `imports ${name}, which the library's package.json does not declare`;
  }
  if (pure && name.startsWith('@nats-io/') && !found.typeOnly) {
    return `"${room}" is pure and imports ${name}`;
  }
  const owner = rules.ownedPackages[name];
  return owner === undefined || owner === room
    ? undefined
    : `"${room}" imports ${name}; only "${owner}" may`;
}
