import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const APPS = join(import.meta.dirname, '../../apps');

/**
 * What two apps say of the messages between them. Each side has its own, and not a file of app-kit: services are
 * deployed one at a time, and a contract in a package that both load would change for both at once, unseen. What stands
 * here is what they agree on at present; a line goes when one side has learned something first.
 */
const CONTRACTS: [file: string, copy: string][] = [
  ['agent/src/report/report-stream.ts', 'saver/src/report/report-stream.ts'],
  ['shop/src/order/order-stream.ts', 'shop-worker/src/step/order-stream.ts'],
  ['shop/src/order/order-message.ts', 'shop-worker/src/step/order-message.ts'],
];

const sourceOf = (path: string): Promise<string> => readFile(join(APPS, path), 'utf8');

describe('contracts', () => {
  it.each(CONTRACTS)('%s says the same as %s', async (file, copy) => {
    expect(await sourceOf(copy)).toBe(await sourceOf(file));
  });
});
