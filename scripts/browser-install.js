// Makes sure that there is a Chromium for the browser tests: npm run browser:install
import { spawnSync } from 'node:child_process';
import { findChromium, HOW_TO_GET_CHROMIUM } from './find-chromium.js';

const present = findChromium();
if (present) {
  console.log(`Chromium is already there: ${present}`);
} else if (process.env.CHROMIUM_BIN) {
  fail(`CHROMIUM_BIN is ${process.env.CHROMIUM_BIN}, which is no program.`);
} else if (process.getuid?.() !== 0) {
  fail('There is no Chromium, and only root can install packages.');
} else {
  install();
}

function install() {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', 'chromium'],
  ]) {
    const { status, error, stdout, stderr } = spawnSync('apt-get', args, { env, encoding: 'utf8' });
    if (status === 0) continue;
    fail(`apt-get ${args[0]} failed: ${error?.message ?? `${stdout}${stderr}`.slice(-2000)}`);
    return;
  }
  const path = findChromium();
  if (path) console.log(`Chromium is installed: ${path}`);
  else fail('apt-get has installed the package chromium, but there is no program of it.');
}

function fail(message) {
  console.error(`${message}\n${HOW_TO_GET_CHROMIUM}`);
  process.exitCode = 1;
}
