import type { ParsedFile } from './parse-imports.js';
import { isRelative, resolveRelative, type Violation } from './source-file.js';

/**
 * Finds files that import each other in a circle, type-only imports included: a cycle of types
 * still means that neither file can be understood, moved or tested without the other.
 * Reports each cycle once, at its alphabetically first file.
 */
export function findCycles(files: readonly ParsedFile[]): Violation[] {
  const edges = new Map(files.map((file) => [file.path, targetsOf(file)]));
  const done = new Set<string>();
  const cycles = new Map<string, readonly string[]>();
  const walk = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      const cycle = rotateToFirst(trail.slice(start));
      cycles.set(cycle.join(), cycle);
      return;
    }
    if (done.has(path)) return;
    for (const target of edges.get(path) ?? []) walk(target, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) walk(path, []);
  return [...cycles.values()].map((cycle) => ({
    file: cycle[0] ?? '',
    message: `is in an import cycle: ${[...cycle, cycle[0]].join(' → ')}`,
  }));
}

function targetsOf(file: ParsedFile): string[] {
  return file.imports
    .filter(({ specifier }) => isRelative(specifier))
    .map(({ specifier }) => resolveRelative(file.path, specifier));
}

function rotateToFirst(cycle: readonly string[]): string[] {
  const first = cycle.indexOf(cycle.toSorted()[0] ?? '');
  return [...cycle.slice(first), ...cycle.slice(0, first)];
}
