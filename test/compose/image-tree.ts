import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { repository } from '../package/packed-library.js';
import { runCommand } from '../package/run-command.js';

const dockerfile = readFileSync(join(repository, 'Dockerfile'), 'utf8');

/** The apps that the Dockerfile says it builds. */
export const imageApps: readonly string[] =
  /^# Apps: ([^.]+)\.$/m.exec(dockerfile)?.[1]?.split(', ') ?? [];

/** What the images hold, in one folder: each app is where its image has `app/`, under its own name. */
export interface ImageTree {
  /** The program of an app. */
  main(app: string): string;
  /** A place for what an app writes. */
  file(name: string): string;
  remove(): Promise<void>;
}

/**
 * Does what the Dockerfile does where there is no Docker: installs the production dependencies of the lockfile by the
 * manifests it copies, then takes what the build has made, and nothing else. Outside of the repository, whose own
 * `node_modules` would help out.
 */
export async function makeImageTree(): Promise<ImageTree> {
  const folder = await mkdtemp(join(tmpdir(), 'nestjs-nats-image-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await fill(folder);
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    main: (app) => join(folder, app, 'main.js'),
    file: (name) => join(folder, name),
    remove,
  };
}

async function fill(folder: string): Promise<void> {
  const [, build = '', final = ''] = dockerfile.split(/^FROM .*$/m);
  const [beforeInstall = ''] = build.split(/^RUN npm ci$/m);
  for (const words of copies(beforeInstall)) {
    const to = words.pop()!;
    for (const from of words) await take(from, to, folder);
  }
  await runCommand('npm', ['ci', '--omit=dev', '--prefer-offline'], {
    cwd: folder,
    timeoutMs: 120_000,
  });
  // a manifest of this was part of the lockfile; no image has it
  await rm(join(folder, 'test'), { recursive: true });
  for (const [, path = '', to = ''] of copies(final)) {
    const from = path.replace('/workspace/', '');
    if (from === 'node_modules/') continue;
    if (!from.includes('${APP}')) await take(from, to, folder);
    else for (const app of imageApps) await take(from.replace('${APP}', app), `${app}/`, folder);
  }
}

/** The words of each COPY. */
function copies(stage: string): string[][] {
  return [...stage.matchAll(/^COPY (.*)$/gm)].map(([, rest = '']) => rest.split(/\s+/));
}

/** Copies a file into a folder, or what a folder holds, as COPY does. */
async function take(from: string, to: string, folder: string): Promise<void> {
  const target = from.endsWith('/') ? to : join(to, basename(from));
  await cp(join(repository, from), join(folder, target), { recursive: true });
}
