import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type TempDir, tempDir } from '../support/temp-dir.js';
import { DEFAULTS } from './chaos-options.js';
import { ChaosRun } from './chaos-run.js';

let folder: TempDir;
beforeEach(async () => void (folder = await tempDir()));
afterEach(() => folder.remove());

describe('leaders of stream and consumer that step down under load', () => {
  it('lose nothing, and repeat no more than was under way', async () => {
    const kinds = ['step-down'] as const;
    const options = { ...DEFAULTS, messages: 3_000, faults: 4, kinds, cluster: true };
    const { verdict, complaints } = await ChaosRun.do(options, folder.file(''));
    expect(complaints).toEqual([]);
    expect(verdict).toMatchObject({ acked: 3_000, handled: 3_000, lost: 0 });
    expect(verdict.faults).toHaveLength(4);
  }, 120_000);
});
