import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AptSource, parseDeb822Sources, parseOneLineSources } from './apt-sources.js';

describe('parseDeb822Sources', () => {
  it('reads stanzas, with comments between their lines', () => {
    const [first, second, ...rest] = parseDeb822Sources(`# the archive
Types: deb deb-src
# a comment in a stanza
URIs: http://mirror.test/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /keys/debian-archive-keyring.gpg

Types: deb
uris: http://mirror.test/debian-security
SUITES: bookworm-security
Components: main
`);
    expect(rest).toEqual([]);
    expect(first).toMatchObject({
      uris: ['http://mirror.test/debian'],
      suites: ['bookworm', 'bookworm-updates'],
      components: ['main', 'contrib'],
    });
    expect(first?.options.get('signed-by')).toBe('/keys/debian-archive-keyring.gpg');
    expect(second).toMatchObject({ suites: ['bookworm-security'] });
  });

  it('keeps a key that is written into the file', () => {
    const key =
      ' -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQINBF\n -----END PGP PUBLIC KEY BLOCK-----';
    const [source] = parseDeb822Sources(
      `Types: deb\nURIs: u\nSuites: s\nSigned-By:\n${key}\nComponents: main\n`,
    );
    expect(source?.options.get('signed-by')).toBe(`\n${key}`);
    expect(source?.components).toEqual(['main']);
  });

  it.each([
    ['disabled ones', 'Types: deb\nEnabled: no\nURIs: u\nSuites: s\n'],
    ['source packages', 'Types: deb-src\nURIs: u\nSuites: s\n'],
    ['comments', '# Types: deb\n# URIs: u\n'],
    ['nothing', '\n \n'],
    ['other text', 'deb http://mirror.test/debian bookworm main\n'],
  ])('leaves out %s', (_, text) => expect(parseDeb822Sources(text)).toEqual([]));
});

describe('parseOneLineSources', () => {
  it('reads options, comments and components', () => {
    const sources = parseOneLineSources(`
# deb http://old.test/debian bullseye main
deb http://mirror.test/debian bookworm main contrib # the archive
deb-src http://mirror.test/debian bookworm main
  deb [ arch=amd64,arm64 signed-by=/keys/k.gpg trusted=yes ] https://other.test/apt stable main
deb http://flat.test/ ./
`);
    expect(sources).toMatchObject([
      {
        uris: ['http://mirror.test/debian'],
        suites: ['bookworm'],
        components: ['main', 'contrib'],
      },
      { uris: ['https://other.test/apt'], suites: ['stable'], components: ['main'] },
      { uris: ['http://flat.test/'], suites: ['./'], components: [] },
    ]);
    expect(Object.fromEntries(sources[1]?.options ?? [])).toEqual({
      architectures: 'amd64 arm64',
      'signed-by': '/keys/k.gpg',
      trusted: 'yes',
    });
  });
});

function summary(sources: readonly AptSource[]) {
  return sources.map(({ uris, suites, components, options }) => [
    ...uris,
    ...suites,
    ...components,
    options.get('signed-by'),
  ]);
}

describe('both formats', () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9.-]{0,8}$/);
  const entry = fc.record({
    uri: word.map((host) => `http://${host}.test/debian`),
    suite: word,
    components: fc.uniqueArray(word, { minLength: 1, maxLength: 3 }),
    key: word.map((name) => `/keys/${name}.gpg`),
  });

  it('say the same', () => {
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const deb822 = entries.map(
          ({ uri, suite, components, key }) =>
            `Types: deb\nURIs: ${uri}\nSuites: ${suite}\nComponents: ${components.join(' ')}\nSigned-By: ${key}\n`,
        );
        const lines = entries.map(
          ({ uri, suite, components, key }) =>
            `deb [signed-by=${key}] ${uri} ${suite} ${components.join(' ')}`,
        );
        const expected = entries.map(({ uri, suite, components, key }) => [
          uri,
          suite,
          ...components,
          key,
        ]);
        expect(summary(parseDeb822Sources(deb822.join('\n')))).toEqual(expected);
        expect(summary(parseOneLineSources(lines.join('\n')))).toEqual(expected);
      }),
    );
  });

  it('read any text', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '',
        'deb',
        'deb [',
        'Types: deb',
        'URIs: x',
        ' continued',
        'deb cdrom:[A B]/ s main',
      ),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = lines.join('\n');
        expect(Array.isArray(parseDeb822Sources(text))).toBe(true);
        expect(Array.isArray(parseOneLineSources(text))).toBe(true);
      }),
    );
  });
});
