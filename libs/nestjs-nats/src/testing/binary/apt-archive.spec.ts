import { describe, expect, it } from '@jest/globals';
import {
  type MachineRelease,
  parseOsRelease,
  pickArchive,
  renderSource,
  suitesToTry,
} from './apt-archive.js';
import { parseDeb822Sources, parseOneLineSources } from './apt-sources.js';

const BOOKWORM: MachineRelease = { family: 'debian', codename: 'bookworm', title: 'Debian 12' };
const NOBLE: MachineRelease = { family: 'ubuntu', codename: 'noble', title: 'Ubuntu 24.04' };

describe('parseOsRelease', () => {
  it.each([
    ['Debian', 'PRETTY_NAME="Debian 12"\nID=debian\nVERSION_CODENAME=bookworm\n', BOOKWORM],
    [
      'Ubuntu',
      'PRETTY_NAME="Ubuntu 24.04"\nID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=noble\nUBUNTU_CODENAME=noble\n',
      NOBLE,
    ],
    [
      'a derivative of Ubuntu',
      'PRETTY_NAME=\'Ubuntu 24.04\'\nID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_CODENAME=wilma\nUBUNTU_CODENAME=noble\n',
      NOBLE,
    ],
    [
      'a derivative of Debian',
      'PRETTY_NAME="Debian 12"\nID=lmde\nID_LIKE=debian\nVERSION_CODENAME=faye\nDEBIAN_CODENAME=bookworm\n',
      BOOKWORM,
    ],
  ])('knows %s', (_, text, release) => expect(parseOsRelease(text)).toEqual(release));

  it.each(['ID=fedora\nVERSION_CODENAME=x\n', 'ID=alpine\n', ''])('knows no other: %j', (text) =>
    expect(parseOsRelease(text)).toBeUndefined(),
  );
});

describe('pickArchive', () => {
  it("takes the release's own archive, not security and not a third party's", () => {
    const sources = [
      ...parseOneLineSources(`deb https://vendor.test/repo bookworm main
deb [signed-by=/keys/vendor.gpg] https://vendor.test/debian/12/prod bookworm main
deb [signed-by=/keys/tool-archive-keyring.gpg] https://tool.test/packages stable main`),
      ...parseDeb822Sources(`Types: deb
URIs: http://security.test/debian-security
Suites: bookworm-security
Components: main
Signed-By: /keys/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.test/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /keys/debian-archive-keyring.gpg
`),
    ];
    expect(pickArchive(sources, BOOKWORM)).toEqual({
      uri: 'http://mirror.test/debian',
      trust: new Map([['signed-by', '/keys/debian-archive-keyring.gpg']]),
      component: 'main',
      family: 'debian',
      suite: 'bookworm',
    });
    expect(pickArchive(sources.slice(0, 4), BOOKWORM)).toBeUndefined();
  });

  it('reads one-line sources, which name updates on a line of their own', () => {
    const sources = parseOneLineSources(`deb cdrom:[Debian 12]/ bookworm main
deb http://company.test/mirror bookworm main
deb http://company.test/mirror bookworm-updates main
deb http://vendor.test/debian bookworm main`);
    expect(pickArchive(sources.slice(0, 3), BOOKWORM)?.uri).toBe('http://company.test/mirror');
  });

  it('looks in universe on Ubuntu', () => {
    const sources = parseOneLineSources('deb http://mirror.test/ubuntu noble main restricted');
    expect(pickArchive(sources, NOBLE)).toMatchObject({
      component: 'universe',
      suite: 'noble',
    });
  });

  it('understands a suite that stands for a release', () => {
    const sources = parseOneLineSources('deb http://mirror.test/debian/ sid main');
    expect(pickArchive(sources, { ...BOOKWORM, codename: 'forky' })?.suite).toBe('sid');
  });
});

describe('suitesToTry', () => {
  const archive = { uri: 'u', trust: new Map<string, string>(), component: 'main' };
  const bookworm = { ...archive, family: 'debian', suite: 'bookworm' } as const;
  const noble = { ...archive, family: 'ubuntu', suite: 'noble' } as const;
  const any = { minVersion: '2.10' };

  it.each([
    ['the newest first when any will do', bookworm, any, ['testing', 'bookworm']],
    ['the newest first on Ubuntu too', noble, any, ['devel', 'noble']],
    [
      'first the release that is known to have the line, by its own name',
      bookworm,
      { version: '2.10' },
      ['trixie', 'stable', 'bookworm', 'testing'],
    ],
    [
      'the same for a version of that line',
      bookworm,
      { version: '2.10.27' },
      ['trixie', 'stable', 'bookworm', 'testing'],
    ],
    [
      'every one for a line that no release is known to have',
      bookworm,
      { version: '2.15' },
      ['testing', 'stable', 'bookworm'],
    ],
    ['every one on Ubuntu', noble, { version: '2.10' }, ['devel', 'noble']],
    ['none twice', { ...bookworm, suite: 'testing' }, { version: '2.1' }, ['testing', 'stable']],
  ])('lists %s', (_, from, wanted, suites) => expect(suitesToTry(from, wanted)).toEqual(suites));
});

describe('renderSource', () => {
  it('writes what apt reads back: one suite, one architecture, the same trust', () => {
    const key = '\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQINBF';
    const archive = {
      uri: 'http://mirror.test/debian',
      trust: new Map([['signed-by', key]]),
      component: 'main',
      family: 'debian',
      suite: 'bookworm',
    } as const;
    const [source, ...rest] = parseDeb822Sources(renderSource(archive, 'testing', 'arm64'));
    expect(rest).toEqual([]);
    expect(source).toMatchObject({
      uris: ['http://mirror.test/debian'],
      suites: ['testing'],
      components: ['main'],
    });
    expect(source?.options.get('architectures')).toBe('arm64');
    expect(source?.options.get('signed-by')).toBe(key);
  });
});
