import { describe, expect, it } from '@jest/globals';
import { checkBarrels, checkSizes, checkTestCode } from './check-files.js';
import { madeUp, said } from './made-up.js';

const barrels = (path: string, text: string) =>
  said(checkBarrels(madeUp({ [path]: text }), ['lib/index.ts']));

const lines = (count: number) => 'x;\n'.repeat(count);

describe('checkBarrels', () => {
  it.each([
    ['an index.ts in a folder', 'core/index.ts', 'export const x = 1;'],
    [
      'a file that only re-exports',
      'core/all.ts',
      `export * from './a.js';\nexport { b } from './b.js';`,
    ],
    [
      'a file that imports and re-exports',
      'core/all.ts',
      `import { a } from './a.js';\nexport { a };`,
    ],
  ])('refuses %s', (_name, path, text) => {
    expect(barrels(path, text)).toHaveLength(1);
  });

  it.each([
    ['an entry point', 'index.ts', `export { a } from './a.js';`],
    [
      'a file with code of its own',
      'core/a.ts',
      `export { b } from './b.js';\nexport const a = 1;`,
    ],
    ['a file with side effects only', 'core/a.ts', `import 'reflect-metadata';`],
  ])('accepts %s', (_name, path, text) => {
    expect(barrels(path, text)).toEqual([]);
  });
});

describe('checkSizes', () => {
  it('refuses a source file one line too long', () => {
    expect(said(checkSizes(madeUp({ 'a.ts': lines(4) }), 3))).toEqual([
      expect.stringContaining('has 4 lines, more than 3'),
    ]);
  });

  it('accepts the limit, and long tests', () => {
    expect(checkSizes(madeUp({ 'a.ts': lines(3), 'a.spec.ts': lines(9) }), 3)).toEqual([]);
  });
});

describe('checkTestCode', () => {
  it.each(['@jest/globals', 'jest', 'fast-check', '@nestjs/testing', './a.spec.js'])(
    'refuses %s in production code and accepts it in a spec',
    (specifier) => {
      const text = `import x from '${specifier}';`;
      expect(checkTestCode(madeUp({ 'a.ts': text }))).toHaveLength(1);
      expect(checkTestCode(madeUp({ 'b.spec.ts': text }))).toEqual([]);
    },
  );

  it('accepts packages whose names only begin alike', () => {
    expect(checkTestCode(madeUp({ 'a.ts': `import x from 'jester';` }))).toEqual([]);
  });
});
