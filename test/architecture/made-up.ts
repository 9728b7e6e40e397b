import { parseFile, type ParsedFile } from './parse-imports.js';
import { formatViolation, type Violation } from './source-file.js';

/** Parses made-up sources, given by path below `lib/`. */
export function madeUp(
  texts: Readonly<Record<string, string>>,
  others: readonly string[] = [],
): ParsedFile[] {
  const filled = Object.fromEntries(others.map((path) => [path, 'export const value = 1;\n']));
  return Object.entries({ ...filled, ...texts }).map(([path, text]) =>
    parseFile({ path: `lib/${path}`, text }),
  );
}

/** The violations as they are printed. */
export function said(violations: readonly Violation[]): string[] {
  return violations.map(formatViolation);
}
