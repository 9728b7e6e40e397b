// Runs the whole suite once on each nats-server that this project supports: npm run test:servers
//   -- path/to/file -t 'name'   passes on to jest
// Tests that ask for one version find it themselves (test/support/server-versions.ts); all others run on
// the server that NATS_SERVER_BIN names.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { findNatsServerBinary } from 'nestjs-nats/testing';

const file = new URL('../package.json', import.meta.url);
const { oldest, newest } = JSON.parse(readFileSync(file, 'utf8')).config.natsServer;
const { NATS_SERVER_BIN: _, NATS_URL: __, ...env } = process.env;

const results = [];
for (const wanted of [{ version: oldest }, { minVersion: newest }]) {
  const server = await findNatsServerBinary({ ...wanted, env });
  if (server === undefined) {
    const name = wanted.version ?? wanted.minVersion;
    results.push([name, 'is not there: run npm run nats:install']);
    continue;
  }
  console.log(`\n== nats-server ${server.version}`);
  const jest = ['run', '--silent', 'jest', '--', ...process.argv.slice(2)];
  const run = spawn('npm', jest, {
    env: { ...env, NATS_SERVER_BIN: server.path },
    stdio: 'inherit',
  });
  const [code, signal] = await once(run, 'close');
  results.push([server.version, code === 0 ? 'passed' : `FAILED (${signal ?? code})`]);
}

console.log();
for (const [version, outcome] of results) console.log(`nats-server ${version}: ${outcome}`);
process.exitCode = results.every(([, outcome]) => outcome === 'passed') ? 0 : 1;
