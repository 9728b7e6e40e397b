/** One entry of a machine's apt sources. */
export interface AptSource {
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** Other fields under their deb822 names in lower case; continuation lines are kept. */
  readonly options: ReadonlyMap<string, string>;
}

/** Reads the entries for binary packages from a deb822 file (`*.sources`). Disabled ones are left out. */
export function parseDeb822Sources(text: string): AptSource[] {
  return stanzas(text).flatMap((fields) => {
    const types = words(fields.get('types'));
    if (!types.includes('deb') || fields.get('enabled')?.toLowerCase() === 'no') return [];
    return [
      {
        uris: words(fields.get('uris')),
        suites: words(fields.get('suites')),
        components: words(fields.get('components')),
        options: fields,
      },
    ];
  });
}

/** Reads the entries for binary packages from a one-line file (`*.list`). */
export function parseOneLineSources(text: string): AptSource[] {
  return text.split('\n').flatMap((line) => {
    const entry = /^\s*deb\s+(?:\[([^\]]*)\]\s*)?([^\s#]+)\s+([^\s#]+)([^#]*)/.exec(line);
    if (!entry) return [];
    const [, options = '', uri = '', suite = '', components = ''] = entry;
    return [
      {
        uris: [uri],
        suites: [suite],
        components: words(components),
        options: new Map(words(options).map(oneLineOption)),
      },
    ];
  });
}

const DEB822_NAMES: ReadonlyMap<string, string> = new Map([
  ['arch', 'architectures'],
  ['lang', 'languages'],
  ['target', 'targets'],
]);

function oneLineOption(option: string): [name: string, value: string] {
  const [name = '', ...value] = option.split('=');
  // "arch+=x" and "arch-=x" change a default, which only "arch=x" sets
  const plain = name.replace(/[+-]$/, '').toLowerCase();
  return [DEB822_NAMES.get(plain) ?? plain, value.join('=').replaceAll(',', ' ')];
}

function stanzas(text: string): Map<string, string>[] {
  const all: Map<string, string>[] = [];
  let current: Map<string, string> | undefined;
  let name: string | undefined;
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) continue;
    const field = /^([^\s:]+):\s*(.*?)\s*$/.exec(line);
    if (line.trim() === '') {
      current = undefined;
      name = undefined;
    } else if (field) {
      if (!current) all.push((current = new Map()));
      name = (field[1] ?? '').toLowerCase();
      current.set(name, field[2] ?? '');
    } else if (/^\s/.test(line) && current && name !== undefined) {
      current.set(name, `${current.get(name) ?? ''}\n${line.trimEnd()}`);
    }
  }
  return all;
}

function words(text = ''): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
