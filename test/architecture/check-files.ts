import type { ParsedFile } from './parse-imports.js';
import { isSpec, type Violation } from './source-file.js';

/** Packages that only tests may load. */
const testPackages = /^(@jest\/|jest$|fast-check$|expect-type$|@nestjs\/testing$)/;

/** Finds barrels: an `index.ts` that is no entry point, and files that only re-export. */
export function checkBarrels(
  files: readonly ParsedFile[],
  entryFiles: readonly string[],
): Violation[] {
  return files
    .filter((file) => !entryFiles.includes(file.path))
    .flatMap((file) => {
      if (file.path.endsWith('/index.ts')) {
        return [{ file: file.path, message: 'is an index.ts, but no entry point of the package' }];
      }
      return file.onlyReExports
        ? [{ file: file.path, message: 'only re-exports; import from the file that declares' }]
        : [];
    });
}

/** Finds source files longer than `maxLines`; tests may be long. */
export function checkSizes(files: readonly ParsedFile[], maxLines: number): Violation[] {
  return files
    .filter((file) => !isSpec(file.path) && file.lines > maxLines)
    .map((file) => ({
      file: file.path,
      message: `has ${file.lines} lines, more than ${maxLines}: does it hold one concept?`,
    }));
}

/** Finds production files that load a test runner or a test. */
export function checkTestCode(files: readonly ParsedFile[]): Violation[] {
  return files
    .filter((file) => !isSpec(file.path))
    .flatMap((file) =>
      file.imports
        .filter(({ specifier }) => testPackages.test(specifier) || /\bspec\.js$/.test(specifier))
        .map(({ specifier, line }) => ({
          file: file.path,
          line,
          message: `imports ${specifier}, which is for tests only`,
        })),
    );
}
