import { beforeAll, describe, expect, it } from '@jest/globals';
import { fencedBlocks, readDocument } from '../support/markdown.js';
import { DOCUMENTS } from './documents.js';
import { PRELUDE } from './prelude.js';
import { type Example, typeCheck } from './type-check.js';

const blocks = DOCUMENTS.flatMap((path) =>
  fencedBlocks(readDocument(path)).map((block) => ({ path, ...block })),
);
const written = blocks.filter(({ info }) => /^(ts|tsx|js|typescript|javascript)\b/i.test(info));

describe('the examples in the documents', () => {
  it('are there', () => {
    expect(written.length).toBeGreaterThan(20);
  });

  it('are all marked as ts, so that none escapes the compiler', () => {
    expect(written.filter(({ info }) => info !== 'ts')).toEqual([]);
  });

  it('compile against the library', () => {
    expect(typeCheck(written, PRELUDE)).toEqual([]);
  });
});

describe('the check', () => {
  const FINE = `await client.request<Quote>('price.quote', query, { timeoutMs: 500 });`;
  const WRONG = {
    'an option that does not exist': `await client.request('a', 1, { timeout: 500 });`,
    'a missing import': `const another = new NatsStrategy();`,
    'a name that is not exported': `import { NatsServer } from 'nestjs-nats';`,
    'a wrong type': `const quote: Quote = await client.request<string>('a', 1);`,
    'what is no TypeScript': `await await await;`,
  };
  let found: string[];

  beforeAll(() => {
    const examples: Example[] = [FINE, ...Object.values(WRONG)].map((text, i) => ({
      path: `made-up-${i}.md`,
      line: 10,
      text: `// the first line\n${text}\n`,
    }));
    found = typeCheck(examples, PRELUDE);
  });

  it('accepts what uses the library as it is', () => {
    expect(found.filter((fault) => fault.startsWith('made-up-0.md'))).toEqual([]);
  });

  it.each(Object.keys(WRONG).map((name, i) => [name, i + 1] as const))(
    'names the line of %s',
    (_, i) => {
      expect(found).toContainEqual(expect.stringMatching(`^made-up-${i}\\.md:11: `));
    },
  );

  it('finds a fault in the prelude', () => {
    expect(typeCheck([], `export const x: string = 1;`)).toEqual([
      expect.stringContaining('the prelude:1: '),
    ]);
  });
});
