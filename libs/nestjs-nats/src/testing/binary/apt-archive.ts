import type { AptSource } from './apt-sources.js';
import { lineOf } from './nats-version.js';
import type { WantedVersion } from './wanted-version.js';

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
  readonly family: MachineRelease['family'];
  /** The suite that the machine's own entry names. */
  readonly suite: string;
}

interface Family {
  /** The suite with the newest packages. */
  readonly rolling: string;
  /** The component that nats-server is in. */
  readonly component: string;
  /** Suites that stand for some release. */
  readonly aliases: readonly string[];
  /** Releases by the version line that they have: a release keeps its line, while an alias moves on. */
  readonly carriers: ReadonlyMap<string, string>;
  /** The alias of the newest release, where a line may be that the rolling suite has left. */
  readonly newestRelease?: string;
}

const FAMILIES: Readonly<Record<MachineRelease['family'], Family>> = {
  debian: {
    rolling: 'testing',
    component: 'main',
    aliases: ['stable', 'oldstable', 'testing', 'unstable', 'sid'],
    carriers: new Map([['2.10', 'trixie']]),
    newestRelease: 'stable',
  },
  ubuntu: {
    rolling: 'devel',
    component: 'universe',
    aliases: ['devel'],
    carriers: new Map(),
  },
};

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
  const { component, aliases } = FAMILIES[release.family];
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
    family: release.family,
    suite: best.suite,
  };
}

/** Lists the suites to look for a nats-server in, most promising first. */
export function suitesToTry({ family, suite }: PackageArchive, wanted: WantedVersion): string[] {
  const { rolling, carriers, newestRelease } = FAMILIES[family];
  const suites =
    wanted.version === undefined
      ? [rolling, suite]
      : [carriers.get(lineOf(wanted.version)) ?? rolling, newestRelease, suite, rolling];
  return [...new Set(suites.filter((name) => name !== undefined))];
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
