import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const APPS = join(import.meta.dirname, '../../apps');

/** Each app stands on its own, so these are copies: a change to one is a change to all. */
const COPIES: [file: string, apps: string[]][] = [
  ['health/health.controller.ts', ['shop', 'shop-worker']],
  ['report/report-stream.ts', ['agent', 'saver']],
  ['health/health.controller.ts', ['dashboard', 'chat']],
];

/** Copies that have another place in each app. */
const MOVED: [file: string, copy: string][] = [
  ['shop/src/order/order-stream.ts', 'shop-worker/src/step/order-stream.ts'],
  ['shop/src/order/order-message.ts', 'shop-worker/src/step/order-message.ts'],
];

const sourceOf = (path: string): Promise<string> => readFile(join(APPS, path), 'utf8');

describe('files that apps have in common', () => {
  it.each(COPIES)('%s in %j', async (file, apps) => {
    const [first, ...others] = await Promise.all(apps.map((app) => sourceOf(`${app}/src/${file}`)));
    for (const other of others) expect(other).toBe(first);
  });

  it.each(MOVED)('%s and %s', async (file, copy) => {
    expect(await sourceOf(copy)).toBe(await sourceOf(file));
  });
});
