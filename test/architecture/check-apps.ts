import type { ParsedFile } from './parse-imports.js';
import { isRelative, isSpec, packageOf, resolveRelative, type Violation } from './source-file.js';

/** What the imports of the apps, and those of their kit, are held against. */
export interface AppRules {
  readonly libraryName: string;
  /** Specifiers the library publishes: `nestjs-nats`, `nestjs-nats/testing`. */
  readonly publicNames: readonly string[];
  /** The entry point that never ships to production. */
  readonly testingName: string;
  /** Apps that are development tools and may load it. */
  readonly toolApps: readonly string[];
  /** The package of what the apps share. */
  readonly kitName: string;
  /** Specifiers of its files: `app-kit/config/environment`. */
  readonly kitModules: readonly string[];
}

/**
 * Holds apps to the library's public names and to the files of their kit, and each app to its own folder. The kit is
 * held like an app.
 */
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
    : `imports ${specifier}, outside of ${home}; what apps share is a package`;
}

function packageFault(path: string, specifier: string, rules: AppRules): string | undefined {
  const name = packageOf(specifier);
  if (name === rules.kitName && !rules.kitModules.includes(specifier)) {
    return `imports ${specifier}, which is no file of ${rules.kitName}`;
  }
  if (name !== rules.libraryName) return undefined;
  if (!rules.publicNames.includes(specifier)) {
    return `imports ${specifier}; the library's public names are ${rules.publicNames.join(', ')}`;
  }
  const app = path.split('/')[1] ?? '';
  return specifier === rules.testingName && !isSpec(path) && !rules.toolApps.includes(app)
    ? `imports ${specifier}, which is for tests and for ${rules.toolApps.join(', ')}`
    : undefined;
}
