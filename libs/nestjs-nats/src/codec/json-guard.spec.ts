import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dangerousKey, deeperThan } from './json-guard.js';

const DANGEROUS = ['__proto__', 'constructor', 'prototype'];

/** JSON values whose strings and keys look like structure, or like keys to look out for. */
const tricky = fc.letrec<{ value: unknown }>((tie) => {
  const word = fc.oneof(
    fc.constantFrom('[', '{', ']}', '\\', '"', '"[', '\\"{', ...DANGEROUS),
    fc.string({ unit: 'binary', maxLength: 3 }),
  );
  return {
    value: fc.oneof(
      { maxDepth: 6, depthSize: 'medium' },
      word,
      fc.constantFrom(null, 0, true),
      fc.array(tie('value'), { maxLength: 3 }),
      fc
        .array(fc.tuple(word, tie('value')), { maxLength: 3 })
        .map((entries) => Object.fromEntries(entries)),
    ),
  };
}).value;

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

function reaches(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([key, inner]) =>
      key === '__proto__' ||
      (key === 'constructor' &&
        typeof inner === 'object' &&
        Object.keys(inner ?? {}).includes('prototype')) ||
      reaches(inner),
  );
}

/** Writes every character of the strings of a JSON text as an escape. */
function escaped(text: string): string {
  return text.replaceAll(/"(?:[^"\\]|\\.)*"/g, (literal) => {
    const units = [...Array(JSON.parse(literal).length).keys()].map((i) =>
      (JSON.parse(literal) as string).charCodeAt(i).toString(16).padStart(4, '0'),
    );
    return `"${units.map((unit) => String.raw`\u${unit}`).join('')}"`;
  });
}

describe('deeperThan', () => {
  it.each([
    [0, '1', false],
    [0, '[]', true],
    [1, '[]', false],
    [1, '[[]]', true],
    [1, '[[],[]]', true],
    [1, '{"a":"[[[["}', false],
    [1, String.raw`{"a":"\"[[["}`, false],
    [1, String.raw`{"a":"\\","b":[]}`, true],
    [2, '[{},{},{},{},{}]', false],
    [2, '[[1],[[2]],[3]]', true],
    [3, '{"a":{"b":[1]}}', false],
  ])('limit %d, text %s: %p', (limit, text, expected) => {
    expect(deeperThan(limit, text)).toBe(expected);
  });

  it.each([
    ['a million open arrays', '['.repeat(1_000_000), true],
    ['a million open objects', '{"a":'.repeat(1_000_000), true],
    ['a string without an end', `"${'['.repeat(1_000)}`, false],
    ['many arrays side by side', '[]'.repeat(1_000), false],
  ])('takes text that is not JSON: %s', (_, text, expected) => {
    expect(deeperThan(64, text)).toBe(expected);
  });

  it('agrees with the depth of the parsed value', () => {
    fc.assert(
      fc.property(tricky, fc.nat({ max: 7 }), fc.boolean(), (value, limit, pretty) => {
        const text = JSON.stringify(value, undefined, pretty ? 2 : undefined);
        expect(deeperThan(limit, text)).toBe(depthOf(value) > limit);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('dangerousKey', () => {
  it.each([
    ['{"a":1}', undefined],
    ['{"__proto__":1}', '__proto__'],
    ['{"constructor":{"prototype":1}}', 'constructor.prototype'],
    ['{"constructor":"prototype"}', undefined],
    ['{"constructor":null}', undefined],
    ['{"constructor":["prototype"]}', undefined],
    ['"__proto__"', undefined],
    ['{"a":"__proto__"}', undefined],
  ])('finds in %s: %p', (text, expected) => {
    expect(dangerousKey(text, JSON.parse(text))).toBe(expected);
  });

  it('looks through an array of any length', () => {
    const text = `[${'0,'.repeat(200_000)}"\\u00e9"]`;
    expect(dangerousKey(text, JSON.parse(text))).toBeUndefined();
  });

  it('finds the key wherever it stands, and nothing where there is none', () => {
    fc.assert(
      fc.property(tricky, (value) => {
        const text = JSON.stringify(value);
        expect(dangerousKey(text, JSON.parse(text)) !== undefined).toBe(reaches(value));
      }),
      { numRuns: 2_000 },
    );
  });

  it('finds the key however it is spelled', () => {
    fc.assert(
      fc.property(tricky, (value) => {
        const text = escaped(JSON.stringify(value));
        expect(dangerousKey(text, JSON.parse(text)) !== undefined).toBe(reaches(value));
      }),
      { numRuns: 1_000 },
    );
  });
});
