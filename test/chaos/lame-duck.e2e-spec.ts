import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type TempDir, tempDir } from '../support/temp-dir.js';
import { DEFAULTS } from './chaos-options.js';
import { ChaosRun } from './chaos-run.js';

let folder: TempDir;
beforeEach(async () => void (folder = await tempDir()));
afterEach(() => folder.remove());

describe('a server that sends its clients away and ends (lame duck) under load', () => {
  it('loses nothing, and repeats no more than was under way', async () => {
    const kinds = ['lame-duck'] as const;
    const options = { ...DEFAULTS, messages: 3_000, faults: 2, kinds, cluster: true };
    const { verdict, complaints } = await ChaosRun.do(options, folder.file(''));
    expect(complaints).toEqual([]);
    expect(verdict).toMatchObject({ acked: 3_000, handled: 3_000, lost: 0 });
    expect(verdict.faults).toHaveLength(2);
  }, 120_000);
});
