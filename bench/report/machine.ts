import { readFileSync } from 'node:fs';
import { arch, cpus, platform, release, totalmem } from 'node:os';

/** Where it was measured. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly os: string;
}

/** What was measured, by package. */
export type Versions = Readonly<Record<string, string>>;

export function machine(): Machine {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${platform()} ${release()} ${arch()}`,
  };
}

const PACKAGES = [
  'nestjs-nats',
  '@nestjs/core',
  '@nestjs/microservices',
  '@nats-io/transport-node',
  '@nats-io/jetstream',
];

/** Reads the versions of what takes part. */
export function versions(natsServer: string): Versions {
  const packages = PACKAGES.map((name) => [name, versionOf(name)]);
  return {
    node: process.versions.node,
    'nats-server': natsServer,
    ...Object.fromEntries(packages),
  };
}

function versionOf(name: string): string {
  const file = new URL(`../../../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
