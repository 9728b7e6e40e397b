import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type PackageArchive, renderSource } from './apt-archive.js';
import { isExecutable } from './find-executable.js';
import { redactUrls } from '../nats-url.js';
import { type CommandResult, runCommand } from './run-command.js';
import { misfit, type WantedVersion } from './wanted-version.js';

/** The programs of the machine that fetch and unpack a package. */
export interface AptTools {
  readonly aptGet: string;
  readonly dpkg: string;
}

/** One download of the package nats-server. */
export interface FetchPackage {
  readonly tools: AptTools;
  readonly archive: PackageArchive;
  readonly suite: string;
  readonly wanted: WantedVersion;
  /** An empty folder, for everything that apt writes. */
  readonly workDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  readonly onProgress: (line: string) => void;
}

const NETWORK_TIMEOUT_MS = 300_000;
const LOCAL_TIMEOUT_MS = 30_000;

/**
 * Downloads the distribution's package nats-server with apt and unpacks it in `workDir`, without root and without
 * touching the machine's own apt state. Resolves to the path of the program.
 *
 * @throws Error when a step fails, or when the package has another version than wanted.
 */
export async function fetchPackage(fetch: FetchPackage): Promise<string> {
  const { tools, workDir, suite, onProgress } = fetch;
  const env = { ...fetch.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
  const onLine = (line: string) => {
    if (/^(Get|Fetched)/.test(line)) onProgress(`  ${redactUrls(line.trim())}`);
  };
  const run = async (step: string, file: string, args: string[], timeoutMs: number) => {
    const options = { cwd: workDir, env, signal: fetch.signal, timeoutMs, onLine };
    return succeeded(step, await runCommand(file, args, options));
  };

  const architecture = await run('dpkg', tools.dpkg, ['--print-architecture'], LOCAL_TIMEOUT_MS);
  const apt = ['-c', await writeAptConfig(fetch, architecture.trim())];
  onProgress(`Reading the package list of "${suite}"`);
  await run('apt-get update', tools.aptGet, [...apt, 'update'], NETWORK_TIMEOUT_MS);
  const download = [...apt, 'download', 'nats-server'];
  const uris = await run('apt-get', tools.aptGet, [...download, '--print-uris'], LOCAL_TIMEOUT_MS);
  refuseMisfit(uris, fetch.wanted);
  onProgress('Downloading the package nats-server');
  await run('apt-get download', tools.aptGet, download, NETWORK_TIMEOUT_MS);

  const file = (await readdir(workDir)).find((name) => name.endsWith('.deb'));
  if (file === undefined) throw new Error(`apt-get download left no package in ${workDir}`);
  await run('dpkg -x', tools.dpkg, ['-x', file, 'unpacked'], LOCAL_TIMEOUT_MS);
  for (const folder of ['sbin', 'bin']) {
    const program = join(workDir, 'unpacked', 'usr', folder, 'nats-server');
    if (await isExecutable(program)) return program;
  }
  throw new Error(`the package ${file} holds no program nats-server`);
}

/** Spares a download that is not wanted. What the program itself says of its version is asked later. */
function refuseMisfit(uris: string, wanted: WantedVersion): void {
  const version = /nats-server_(\d{1,6}\.\d{1,6}\.\d{1,6})/.exec(uris)?.[1];
  if (version === undefined) return;
  const problem = misfit(version, wanted);
  if (problem !== undefined) throw new Error(`${version}: ${problem}`);
}

function succeeded(step: string, { ok, stdout, failure }: CommandResult): string {
  if (!ok) throw new Error(`${step} failed: ${redactUrls(failure)}`);
  return stdout;
}

/**
 * Read after the machine's own configuration, so that its proxy and certificates stay in force. Its hooks and pins
 * do not: they are there for the system's packages.
 */
async function writeAptConfig(
  { workDir, archive, suite }: FetchPackage,
  architecture: string,
): Promise<string> {
  const state = join(workDir, 'state');
  const sources = join(workDir, 'archive.sources');
  const config = join(workDir, 'apt.conf');
  await mkdir(join(state, 'lists', 'partial'), { recursive: true });
  await mkdir(join(workDir, 'cache', 'archives', 'partial'), { recursive: true });
  await writeFile(join(state, 'status'), '');
  await writeFile(sources, renderSource(archive, suite, architecture), { mode: 0o600 });
  await writeFile(
    config,
    `Dir::State "${state}";
Dir::State::lists "${state}/lists";
Dir::State::status "${state}/status";
Dir::Cache "${workDir}/cache";
Dir::Etc::sourcelist "${sources}";
Dir::Etc::sourceparts "-";
Dir::Etc::preferences "-";
Dir::Etc::preferencesparts "-";
Acquire::Languages "none";
APT::Update::Error-Mode "any";
// apt as root would fetch as the user _apt, who may not write here
APT::Sandbox::User "root";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
`,
  );
  return config;
}
