import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type TempDir, tempDir } from '../support/temp-dir.js';
import { DEFAULTS } from './chaos-options.js';
import { ChaosRun } from './chaos-run.js';

let folder: TempDir;
beforeEach(async () => void (folder = await tempDir()));
afterEach(() => folder.remove());

describe('workers that are replaced one by one under load (SIGTERM)', () => {
  it('F14: lose nothing, and handle nothing twice', async () => {
    const kinds = ['roll'] as const;
    const options = { ...DEFAULTS, messages: 3_000, faults: 6, kinds };
    const { verdict, complaints } = await ChaosRun.do(options, folder.file(''));
    expect(complaints).toEqual([]);
    expect(verdict).toMatchObject({ acked: 3_000, handled: 3_000, lost: 0, duplicates: 0 });
    expect(verdict.faults).toHaveLength(6);
  }, 120_000);
});
