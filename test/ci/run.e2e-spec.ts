// Runs the real .ci/run with a stand-in for npm, to see its last line and its exit code.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const repository = join(import.meta.dirname, '../..');
let bin: string;

beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), 'ci-run-'));
});
afterEach(() => rmSync(bin, { recursive: true, force: true }));

/** What jest would write: counts, and tests by status. */
function jestResults(counts: Readonly<Record<string, number>>): string {
  return JSON.stringify({ testResults: [], ...counts });
}

/** Runs .ci/run with an `npm` that fails the named step and leaves `results` where jest would. */
function run(options: { failing?: string; results?: string }) {
  writeFileSync(
    join(bin, 'npm'),
    `#!/usr/bin/env bash
echo "npm $*" >>"$STAND_IN/calls"
for word in "$@"; do
  case $word in --outputFile=*) printf '%s' "$STAND_IN_RESULTS" >"\${word#--outputFile=}" ;; esac
done
case " $* " in *" $STAND_IN_FAILING "*) exit 1 ;; esac
`,
  );
  chmodSync(join(bin, 'npm'), 0o755);
  const { stdout, status } = spawnSync(join(repository, '.ci/run'), {
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: `${bin}:${process.env['PATH']}`,
      STAND_IN: bin,
      STAND_IN_FAILING: options.failing ?? 'none',
      STAND_IN_RESULTS: options.results ?? jestResults({ numPassedTests: 3 }),
    },
  });
  const lines = stdout.trimEnd().split('\n');
  return { stdout, status, last: lines.at(-1) };
}

describe('.ci/run', () => {
  it('passes when every step and every test passes', () => {
    expect(run({})).toMatchObject({ last: '3 passed, 0 failed', status: 0 });
  });

  it.each(['nats:install', 'browser:install', 'lint', 'format:check', 'typecheck'])(
    'counts a failed %s, and still runs the tests',
    (failing) => {
      expect(run({ failing })).toMatchObject({ last: '3 passed, 1 failed', status: 3 });
    },
  );

  it('stops when the dependencies cannot be installed', () => {
    const { stdout, ...end } = run({ failing: 'ci' });
    expect(end).toEqual({ last: '0 passed, 1 failed', status: 3 });
    expect(stdout).not.toContain('== tests');
  });

  it('counts failed tests once', () => {
    const results = jestResults({ numPassedTests: 2, numFailedTests: 2 });
    expect(run({ failing: 'test', results })).toMatchObject({
      last: '2 passed, 2 failed',
      status: 3,
    });
  });

  it('fails when the tests end badly although each passed', () => {
    expect(run({ failing: 'test' })).toMatchObject({ last: '3 passed, 1 failed', status: 3 });
  });

  it.each([
    ['a test file that does not load', { numPassedTests: 3, numRuntimeErrorTestSuites: 1 }],
    ['a skipped test', { numPassedTests: 3, numPendingTests: 1 }],
    ['a test that is still to be written', { numPassedTests: 3, numTodoTests: 1 }],
  ])('counts %s as failed', (_name, counts) => {
    expect(run({ results: jestResults(counts) })).toMatchObject({
      last: '3 passed, 1 failed',
      status: 3,
    });
  });

  it('fails when no test ran', () => {
    expect(run({ results: jestResults({}) })).toMatchObject({
      last: '0 passed, 1 failed',
      status: 3,
    });
  });

  it('fails when the results cannot be read', () => {
    expect(run({ results: '{' })).toMatchObject({ last: '0 passed, 1 failed', status: 1 });
  });

  it('names the tests that failed', () => {
    const results = JSON.stringify({
      numPassedTests: 1,
      numFailedTests: 1,
      testResults: [
        {
          name: join(repository, 'test/a.e2e-spec.ts'),
          status: 'failed',
          assertionResults: [
            { status: 'passed', fullName: 'a passes' },
            { status: 'failed', fullName: 'a fails' },
          ],
        },
      ],
    });
    const { stdout, last } = run({ failing: 'test', results });
    expect(stdout).toContain('failed: test/a.e2e-spec.ts › a fails\n');
    expect(stdout).not.toContain('a passes');
    expect(last).toBe('1 passed, 1 failed');
  });
});
