// Writes docs/requirements.md as the names of the tests have it: npm run docs:requirements
import { spawnSync } from 'node:child_process';

const { status } = spawnSync('npm', ['run', '--silent', 'jest', '--', 'test/docs/requirements'], {
  env: { ...process.env, WRITE_REQUIREMENTS: '1' },
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
