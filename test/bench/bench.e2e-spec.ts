import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const MAIN = join(import.meta.dirname, '../../dist/bench/main.js');
const run = (...args: string[]) => promisify(execFile)(process.execPath, [MAIN, ...args]);

describe('the benchmark, built', () => {
  let dir: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'bench-'));
  });

  afterAll(() => rm(dir, { recursive: true }));

  it('measures every subject, and writes what came of it and a picture', async () => {
    const file = join(dir, 'out', 'result.json');
    const { stdout, stderr } = await run(
      '--quick',
      '--only',
      'events-16,request-c64',
      '--json',
      file,
    );
    expect(stdout).toContain('request-c64');
    expect(stderr).toContain('1/2 events-16');
    const subject = {
      median: expect.any(Number),
      unit: 'msg/s',
      ratioToRaw: expect.any(Number),
      spread: [expect.any(Number), expect.any(Number)],
    };
    const scenario = {
      raw: expect.objectContaining({ ...subject, ratioToRaw: 1 }),
      'nest-builtin': expect.objectContaining(subject),
      'nestjs-nats': expect.objectContaining(subject),
    };
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      machine: expect.objectContaining({ cores: expect.any(Number) }),
      versions: expect.objectContaining({ node: process.versions.node }),
      method: expect.any(Object),
      scenarios: { 'events-16': scenario, 'request-c64': scenario },
    });
    expect(existsSync(file.replace('.json', '.svg'))).toBe(true);
  }, 60_000);

  it('names its scenarios', async () => {
    const { stdout } = await run('--list');
    expect(stdout.split('\n').filter((line) => line !== '')).toHaveLength(14);
  });

  it('refuses a flag that it does not know, with its usage', async () => {
    await expect(run('--fast')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--fast[^]*usage: npm run bench/),
    });
  });
});
