import { readFile } from 'node:fs/promises';
import { cpus, totalmem, type } from 'node:os';
import { join } from 'node:path';

/** What a run was done on: figures mean nothing without it. */
export interface Machine {
  readonly processor: string;
  readonly memory: string;
  readonly system: string;
  readonly node: string;
  readonly library: string;
}

/** Describes this machine. @param root the root of the repository */
export async function describeMachine(root: string): Promise<Machine> {
  const cores = cpus();
  const manifest = await readFile(join(root, 'libs/nestjs-nats/package.json'), 'utf8');
  return {
    processor: `${cores.length} × ${cores[0]?.model.trim() ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
    system: `${type()} ${process.arch}`,
    node: process.version,
    library: (JSON.parse(manifest) as { version: string }).version,
  };
}
