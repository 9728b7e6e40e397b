import type { ParsedFile } from './parse-imports.js';
import { isRelative, isSpec, packageOf, resolveRelative, type Violation } from './source-file.js';

/** What the apps' imports are held against. */
export interface AppRules {
  readonly libraryName: string;
  /** Specifiers the library publishes: `nestjs-nats`, `nestjs-nats/testing`. */
  readonly publicNames: readonly string[];
  /** The entry point that never ships to production. */
  readonly testingName: string;
  /** Apps that are development tools and may load it. */
  readonly toolApps: readonly string[];
}

/** Holds the apps to the library's public names, and each app to its own folder. */
export function checkApps(files: readonly ParsedFile[], rules: AppRules): Violation[] {
  return files.flatMap((file) =>
    file.imports.flatMap(({ specifier, line }) => {
      const message = isRelative(specifier)
        ? relativeFault(file.path, specifier)
        : packageFault(file.path, specifier, rules);
      return message ? [{ file: file.path, line, message }] : [];
    }),
  );
}

function relativeFault(path: string, specifier: string): string | undefined {
  const home = path.split('/').slice(0, 2).join('/');
  return resolveRelative(path, specifier).startsWith(`${home}/`)
    ? undefined
    : `imports ${specifier}, outside of ${home}; apps share nothing but published packages`;
}

function packageFault(path: string, specifier: string, rules: AppRules): string | undefined {
  if (packageOf(specifier) !== rules.libraryName) return undefined;
  if (!rules.publicNames.includes(specifier)) {
    return `imports ${specifier}; the library's public names are ${rules.publicNames.join(', ')}`;
  }
  const app = path.split('/')[1] ?? '';
  return specifier === rules.testingName && !isSpec(path) && !rules.toolApps.includes(app)
    ? `imports ${specifier}, which is for tests and for ${rules.toolApps.join(', ')}`
    : undefined;
}
