import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from './documents.js';
import { findRows } from './find-rows.js';
import { CHAPTERS, ROWS } from './requirement-rows.js';

const DOCUMENT = join(ROOT, 'docs/requirements.md');

/** The files that hold tests, as seen from the root: those beside the code, and all below test. */
function testFiles(): string[] {
  return ['libs', 'apps', 'bench', 'test']
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) =>
        join(folder, path),
      ),
    )
    .filter((path) => !/(^|\/)(node_modules|dist)\//.test(path))
    .filter((path) => /[-.]spec\.ts$|-suite\.ts$/.test(path))
    .toSorted();
}

const shownBy = new Map(Object.keys(ROWS).map((row) => [row, [] as string[]]));
const unknown: string[] = [];
for (const path of testFiles()) {
  for (const row of findRows(readFileSync(join(ROOT, path), 'utf8'))) {
    const files = shownBy.get(row);
    if (files) files.push(path);
    else unknown.push(`${row} in ${path}`);
  }
}

function chapter(letter: string, title: string): string {
  const rows = Object.entries(ROWS).filter(([row]) => row.startsWith(letter));
  const lines = rows.map(([row, required]) => {
    const files = shownBy.get(row)!.map((path) => `[${path}](../${path})`);
    return `| ${row} | ${required} | ${files.join('<br>')} |`;
  });
  return [`## ${title}`, '', '| row | what | shown by |', '|---|---|---|', ...lines].join('\n');
}

function document(): string {
  const chapters = Object.entries(CHAPTERS).map(([letter, title]) => chapter(letter, title));
  return `# Requirements

Names of tests begin with the rows that they show: \`npm test -- -t 'S6\\b'\` runs those of S6. Written by
\`npm run docs:requirements\`; \`test/docs/requirements.e2e-spec.ts\` fails when a row has no test, or this table is not
what the tests say.

${chapters.join('\n\n')}
`;
}

describe('the requirements', () => {
  it('are each named by a test', () => {
    const missing = [...shownBy].filter(([, files]) => files.length === 0).map(([row]) => row);
    expect(missing).toEqual([]);
  });

  it('are all that tests name', () => {
    expect(unknown).toEqual([]);
  });

  it('stand in docs/requirements.md as the tests name them: npm run docs:requirements', () => {
    if (process.env['WRITE_REQUIREMENTS'] === '1') writeFileSync(DOCUMENT, document());
    expect(readFileSync(DOCUMENT, 'utf8')).toBe(document());
  });
});

describe('the search for rows', () => {
  it.each([
    ['a test', `it('N1: a', async () => {});`, ['N1']],
    ['a template', 'it(`N1: a (seed ${SEED})`, async () => {});', ['N1']],
    ['several rows', `describe('F8, U8: close()', () => { it('N2: b', f); });`, ['F8', 'U8', 'N2']],
    ['a table', `it.each([\n  ['a'],\n])(\n  'S12: %s',\n  f,\n);`, ['S12']],
    ['a tagged table', 'describe.each`a\n${1}`("S12: $a", f);', ['S12']],
    ['tests on several servers', `describeOnVersions('F27: a', f);`, ['F27']],
  ])('finds %s', (_, text, rows) => {
    expect([...findRows(text)]).toEqual(rows);
  });

  it.each([
    ['a comment', `// it('N1: a', f);`],
    ['a test that does not run', `it.skip('N1: a', f); describe.skip.each([1])('N2: a', f);`],
    ['a row further on', `it('a (N1: b)', f);`],
    ['other text', `const title = 'N1: a'; expect('N2: a').toBe(title);`],
    ['a stream', `await read('S4');`],
  ])('does not take %s for one', (_, text) => {
    expect([...findRows(text)]).toEqual([]);
  });
});
