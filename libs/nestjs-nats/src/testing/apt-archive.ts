import type { AptSource } from './apt-sources.js';

/** Which distribution a machine runs, as far as finding its package archive goes. */
export interface MachineRelease {
  readonly family: 'debian' | 'ubuntu';
  /** The release's name in the archive, such as `bookworm`. */
  readonly codename: string;
  /** The release's name for people, such as `Debian GNU/Linux 12 (bookworm)`. */
  readonly title: string;
}

/** The archive that a machine's own distribution comes from. */
export interface PackageArchive {
  readonly uri: string;
  /** How apt trusts it: fields of the machine's own entry. */
  readonly trust: ReadonlyMap<string, string>;
  readonly component: string;
  /** The suites to look in, most promising first. */
  readonly suites: readonly string[];
}

/** What is newest in an archive, where nats-server is kept, and the suites that stand for a release. */
const FAMILIES = {
  debian: {
    rolling: 'testing',
    component: 'main',
    aliases: ['stable', 'oldstable', 'testing', 'unstable', 'sid'],
  },
  ubuntu: { rolling: 'devel', component: 'universe', aliases: ['devel'] },
} as const;

const TRUST_FIELDS = [
  'signed-by',
  'trusted',
  'allow-insecure',
  'allow-weak',
  'allow-downgrade-to-insecure',
  'check-valid-until',
  'check-date',
  'by-hash',
];

/** Reads `/etc/os-release`. `undefined`: neither Debian nor Ubuntu nor derived from one. */
export function parseOsRelease(text: string): MachineRelease | undefined {
  const fields = new Map(
    [...text.matchAll(/^([A-Z_]+)=(["']?)(.*?)\2\s*$/gm)].map(([, name, , value]) => [name, value]),
  );
  const ids = `${fields.get('ID') ?? ''} ${fields.get('ID_LIKE') ?? ''}`.split(' ');
  const ubuntu = fields.get('UBUNTU_CODENAME');
  const family = ubuntu || ids.includes('ubuntu') ? 'ubuntu' : 'debian';
  // a derivative has a codename of its own, and its base's in a field of its own
  const codename =
    ubuntu ?? fields.get('DEBIAN_CODENAME') ?? fields.get('VERSION_CODENAME') ?? 'unstable';
  if (family === 'debian' && !ids.includes('debian')) return undefined;
  return { family, codename, title: fields.get('PRETTY_NAME') ?? codename };
}

/**
 * Picks the archive of the machine's own release from its apt sources. Repositories of third parties often use the
 * release's name as their suite and `main` as their component too, so an entry also has to look like the
 * distribution's own.
 */
export function pickArchive(
  sources: readonly AptSource[],
  release: MachineRelease,
): PackageArchive | undefined {
  const { rolling, component, aliases } = FAMILIES[release.family];
  const names = [release.codename, ...aliases];
  const [best] = sources
    .filter(({ components }) => components.includes('main'))
    .flatMap(({ uris, suites, options }) => {
      const suite = names.find((name) => suites.includes(name));
      return suite === undefined ? [] : uris.map((uri) => ({ uri, suite, options }));
    })
    .map((entry) => ({ ...entry, signs: signsOfOwnership(entry, sources, release) }))
    .filter(({ signs }) => signs > 0)
    .toSorted((a, b) => b.signs - a.signs);
  if (!best) return undefined;
  return {
    uri: best.uri,
    trust: new Map([...best.options].filter(([name]) => TRUST_FIELDS.includes(name))),
    component,
    suites: [...new Set([rolling, best.suite])],
  };
}

/** How much speaks for a repository being the distribution's own. */
function signsOfOwnership(
  { uri, suite, options }: { uri: string; suite: string; options: ReadonlyMap<string, string> },
  sources: readonly AptSource[],
  { family }: MachineRelease,
): number {
  if (/^cdrom:|security/i.test(uri)) return 0;
  const signs = [
    options.get('signed-by')?.includes(`${family}-archive`),
    sources.some(({ uris, suites }) => uris.includes(uri) && suites.includes(`${suite}-updates`)),
    new RegExp(`/(${family}|${family}-ports|raspbian)/?$`).test(uri),
  ];
  return signs.filter(Boolean).length;
}

/** Writes a sources file (deb822) that holds one suite of the archive and nothing but its package list. */
export function renderSource(archive: PackageArchive, suite: string, architecture: string): string {
  const fields: [string, string][] = [
    ['Types', 'deb'],
    ['URIs', archive.uri],
    ['Suites', suite],
    ['Components', archive.component],
    ['Architectures', architecture],
    ['Targets', 'Packages'],
    ...archive.trust,
  ];
  return `${fields.map(([name, value]) => `${name}: ${value}`).join('\n')}\n`;
}
