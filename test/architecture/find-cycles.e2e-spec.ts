import { describe, expect, it } from '@jest/globals';
import { findCycles } from './find-cycles.js';
import { madeUp, said } from './made-up.js';

describe('findCycles', () => {
  it('finds a cycle of three files, once, type imports included', () => {
    const files = madeUp({
      'b.ts': `import type { C } from './c.js';`,
      'a.ts': `import { b } from './b.js';`,
      'c.ts': `export { a } from './a.js';`,
    });
    expect(said(findCycles(files))).toEqual([
      'lib/a.ts is in an import cycle: lib/a.ts → lib/b.ts → lib/c.ts → lib/a.ts',
    ]);
  });

  it('finds a file that imports itself', () => {
    expect(findCycles(madeUp({ 'a.ts': `import { a } from './a.js';` }))).toHaveLength(1);
  });

  it('accepts two ways to one file', () => {
    const files = madeUp({
      'a.ts': `import { b } from './b.js'; import { c } from './c.js';`,
      'b.ts': `import { d } from './d.js';`,
      'c.ts': `import { d } from './d.js';`,
      'd.ts': `export const d = 1;`,
    });
    expect(findCycles(files)).toEqual([]);
  });
});
