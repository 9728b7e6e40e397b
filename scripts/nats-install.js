// Makes sure that this project has the nats-servers that its tests run: npm run nats:install
//   -- --version 2.10   only one of that version line (or of one version, such as 2.10.27)
//   -- --force          fetches them also when they are there
// See docs/guides/nats-server.md.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { findNatsServerBinary, installNatsServer } from 'nestjs-nats/testing';

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort(new Error('Interrupted.')));

await reportFailure(async () => {
  const options = { version: { type: 'string' }, force: { type: 'boolean' } };
  const { version, force } = parseArgs({ options }).values;
  for (const wanted of version === undefined ? serversOfTests() : [{ version }]) {
    if (interrupted.signal.aborted) break;
    // one that cannot be had does not keep the other from its tests
    await reportFailure(() => install(wanted, force));
  }
});

function serversOfTests() {
  const file = new URL('../package.json', import.meta.url);
  const { newest, oldest } = JSON.parse(readFileSync(file, 'utf8')).config.natsServer;
  return [{ minVersion: newest }, { version: oldest }];
}

async function install(wanted, force) {
  const present = force ? undefined : await findNatsServerBinary(wanted);
  if (present) {
    console.log(`nats-server ${present.version} is already there (${present.origin}):`);
    console.log(present.path);
    return;
  }
  const { version, path } = await installNatsServer({
    ...wanted,
    force,
    signal: interrupted.signal,
    onProgress: (line) => console.error(line),
  });
  console.log(`nats-server ${version} is installed:`);
  console.log(path);
}

async function reportFailure(step) {
  try {
    await step();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
