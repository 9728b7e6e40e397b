// Makes sure that this project has a nats-server program to run: npm run nats:install [-- --force]
// See docs/guides/nats-server.md.
import { findNatsServerBinary, installNatsServer } from 'nestjs-nats/testing';

const force = process.argv.includes('--force');
const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort(new Error('Interrupted: nothing was installed.')));

try {
  const present = force ? undefined : await findNatsServerBinary();
  if (present) {
    console.log(`nats-server ${present.version} is already there (${present.origin}):`);
    console.log(present.path);
  } else {
    const { version, path } = await installNatsServer({
      force,
      signal: interrupted.signal,
      onProgress: (line) => console.error(line),
    });
    console.log(`nats-server ${version} is installed:`);
    console.log(path);
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
