import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Finds the program that a shell with this environment would run, as an absolute path. */
export async function findExecutable(
  name: string,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    // a shell reads an empty entry as the current folder: a program that lies there by chance is not meant
    if (folder === '') continue;
    const path = join(folder, programFile(name));
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

/** The file name that a program has on this system. */
export function programFile(name: string): string {
  return process.platform === 'win32' ? `${name}.exe` : name;
}

/** Tells whether a path is a file that this process may execute. */
export async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    // absent, unreadable and not executable are one answer to this question
    return false;
  }
}
