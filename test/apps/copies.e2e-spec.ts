import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const APPS = join(import.meta.dirname, '../../apps');

describe('files that two apps have in common', () => {
  // each app stands on its own, so they are copies: a change to one is a change to both
  it.each(['config/environment.ts', 'config/nats-servers.ts', 'report/report-stream.ts'])(
    '%s',
    async (file) => {
      const [agent, saver] = await Promise.all(
        ['agent', 'saver'].map((app) => readFile(join(APPS, app, 'src', file), 'utf8')),
      );
      expect(saver).toBe(agent);
    },
  );
});
