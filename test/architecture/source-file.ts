import { posix } from 'node:path';

/** A TypeScript file as the checks see it: no file system, so that a test can make one up. */
export interface SourceFile {
  /** Path from the repository's root, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** One broken rule, said so that the reader can fix it. */
export interface Violation {
  readonly file: string;
  readonly line?: number;
  readonly message: string;
}

/** True for the tests that stand beside the code. */
export function isSpec(path: string): boolean {
  return path.endsWith('.spec.ts');
}

/** The file a relative specifier names: nodenext specifiers say `.js` for what is `.ts` in the source. */
export function resolveRelative(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts');
}

/** True for `./x.js` and `../x.js`. */
export function isRelative(specifier: string): boolean {
  return specifier === '.' || specifier === '..' || /^\.\.?\//.test(specifier);
}

/** The package of a bare specifier: `@scope/name/deep/file.js` → `@scope/name`. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** `path:line message`, the form an editor can jump to. */
export function formatViolation({ file, line, message }: Violation): string {
  return `${file}${line === undefined ? '' : `:${line}`} ${message}`;
}
