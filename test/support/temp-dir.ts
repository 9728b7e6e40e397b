import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for one test file. */
export interface TempDir {
  /** The path of a file in it. */
  file(name: string): string;
  remove(): Promise<void>;
}

/** Makes a folder that nobody else uses. */
export async function tempDir(): Promise<TempDir> {
  const path = await mkdtemp(join(tmpdir(), 'nestjs-nats-test-'));
  return {
    file: (name) => join(path, name),
    remove: () => rm(path, { recursive: true, force: true }),
  };
}
