import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const APPS = join(import.meta.dirname, '../../apps');

/** The apps that have a file, or each the place it has in them. */
const SHARED: [string, string[]][] = [
  ...['environment.ts', 'nats-servers.ts'].map((file): [string, string[]] => [
    file,
    ['agent', 'saver', 'shop', 'shop-worker'].map((app) => `${app}/src/config/${file}`),
  ]),
  ['report-stream.ts', ['agent', 'saver'].map((app) => `${app}/src/report/report-stream.ts`)],
  ...[
    'config/boot-error.ts',
    'database/database-config.ts',
    'database/data-source-options.ts',
    'database/open-database.ts',
    'health/health.controller.ts',
  ].map((file): [string, string[]] => [
    file,
    ['shop', 'shop-worker'].map((app) => `${app}/src/${file}`),
  ]),
  ['migrate.ts', ['saver', 'shop', 'shop-worker'].map((app) => `${app}/src/database/migrate.ts`)],
  ...['order-stream.ts', 'order-message.ts'].map((file): [string, string[]] => [
    file,
    [`shop/src/order/${file}`, `shop-worker/src/step/${file}`],
  ]),
];

describe('files that several apps have in common', () => {
  // each app stands on its own, so they are copies: a change to one is a change to all
  it.each(SHARED)('%s', async (_, paths) => {
    const [first, ...others] = await Promise.all(
      paths.map((path) => readFile(join(APPS, path), 'utf8')),
    );
    for (const other of others) expect(other).toBe(first);
  });
});
