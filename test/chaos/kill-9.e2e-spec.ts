import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type TempDir, tempDir } from '../support/temp-dir.js';
import { DEFAULTS } from './chaos-options.js';
import { ChaosRun } from './chaos-run.js';

let folder: TempDir;
beforeEach(async () => void (folder = await tempDir()));
afterEach(() => folder.remove());

describe('S4: kill -9 of servers and workers under load', () => {
  it.each([
    ['a single server', { cluster: false, faults: 8 }],
    ['a cluster of three', { cluster: true, faults: 6 }],
  ])(
    'F30: with %s loses nothing, and repeats no more than the kills excuse',
    async (_, site) => {
      const options = { ...DEFAULTS, messages: 5_000, seed: 7, ...site };
      const { verdict, complaints } = await ChaosRun.do(options, folder.file(''));
      expect(complaints).toEqual([]);
      expect(verdict).toMatchObject({ attempted: 5_000, acked: 5_000, handled: 5_000, lost: 0 });
      expect(verdict.faults).toHaveLength(site.faults);
    },
    120_000,
  );
});
