import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes a program that says it is a nats-server of some version, and notes each call. Resolves to its path. */
export function writeVersionShim(folder: string, version: string): string {
  return writeProgram(
    folder,
    'nats-server',
    `#!/bin/sh\necho "$@" >> '${folder}/calls'\necho "nats-server: v${version}"\n`,
  );
}

/**
 * Writes a program that runs a real nats-server. The first member of a cluster that it runs listens for
 * clients on the port of its own routes, as one does that happens to choose it.
 */
export function writePortThief(folder: string, natsServer: string): string {
  return writeProgram(
    folder,
    'nats-server',
    `#!/bin/sh
route=
last=
for arg in "$@"; do
  [ "$last" = --cluster ] && route=\${arg##*:}
  last=$arg
done
[ -n "$route" ] && mkdir '${folder}/stolen' 2>/dev/null && set -- "$@" -p "$route"
exec '${natsServer}' "$@"
`,
  );
}

/** How often the version shim in a folder was called. */
export function shimCalls(folder: string): number {
  try {
    return readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n').length;
  } catch {
    // the first call makes the file
    return 0;
  }
}

/**
 * Writes a program named docker that runs a real nats-server in place of a container: `version`, `run`, `port` and
 * `stop` as the docker command line has them.
 */
export function writeDockerShim(folder: string, natsServer: string): string {
  return writeProgram(
    folder,
    'docker',
    `#!${process.execPath}
const { spawn } = require('node:child_process');
const { existsSync, mkdtempSync, readFileSync, appendFileSync } = require('node:fs');
const folder = ${JSON.stringify(folder)};
const [command, ...args] = process.argv.slice(2);
appendFileSync(folder + '/docker-calls', command + ' ' + args.join(' ') + '\\n');
const pidOf = (container) => Number(container.slice('container-'.length));
const portsFile = (pid) => folder + '/nats-server_' + pid + '.ports';
function poll(condition, done) {
  if (condition()) done();
  else setTimeout(poll, 5, condition, done);
}
if (command === 'version') console.log('28.0.0');
if (command === 'run') {
  const own = args.slice(args.findIndex((arg) => arg.startsWith('nats:2')) + 1).map((arg) => (arg === '8222' ? '-1' : arg));
  const server = spawn(
    ${JSON.stringify(natsServer)},
    ['-a', '127.0.0.1', '-p', '-1', ...own, '-sd', mkdtempSync(folder + '/store-'), '--ports_file_dir', folder],
    { stdio: 'ignore', detached: true },
  );
  server.unref();
  const ready = () => existsSync(portsFile(server.pid)) && readFileSync(portsFile(server.pid)).length > 0;
  poll(ready, () => console.log('container-' + server.pid));
}
if (command === 'port') {
  const ports = JSON.parse(readFileSync(portsFile(pidOf(args[0]))));
  const url = args[1] === '4222/tcp' ? ports.nats[0] : ports.monitoring[0];
  console.log(url.replace(/^.*\\/\\//, ''));
}
if (command === 'stop') {
  process.kill(pidOf(args[0]), 'SIGTERM');
  // the server removes its ports file on its way out
  poll(() => !existsSync(portsFile(pidOf(args[0]))), () => console.log(args[0]));
}
`,
  );
}

/** The docker commands that were given, without their arguments. */
export function dockerCalls(folder: string): string[] {
  const lines = readFileSync(join(folder, 'docker-calls'), 'utf8').trim().split('\n');
  return lines.map((line) => line.split(' ')[0] ?? '');
}

/** Writes a docker program whose daemon does not answer. */
export function writeBrokenDockerShim(folder: string): string {
  const complaint = 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.';
  return writeProgram(folder, 'docker', `#!/bin/sh\necho '${complaint}' >&2\nexit 1\n`);
}

function writeProgram(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, text, { mode: 0o755 });
  return path;
}
