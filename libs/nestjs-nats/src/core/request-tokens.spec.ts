import { describe, expect, it } from '@jest/globals';
import { RequestTokens } from './request-tokens.js';

function take(tokens: RequestTokens, count: number): string[] {
  return Array.from({ length: count }, () => tokens.next());
}

describe('RequestTokens', () => {
  it('makes tokens that differ, over several refills of its random pool', () => {
    const made = take(new RequestTokens(), 5_000);
    expect(new Set(made).size).toBe(5_000);
  });

  it('makes each of a counter and a random part of 32 bits', () => {
    const made = take(new RequestTokens(), 2_000);
    expect(made.map((token) => token.split('-')[0])).toEqual(made.map((_, i) => `${i + 1}`));
    for (const token of made) expect(token).toMatch(/^[0-9]+-[0-9a-zA-Z_=]{4}[0-3][0-9a-zA-Z_=]$/);
    // every bit is sometimes set and sometimes not
    const random = made.map((token) => token.split('-')[1]!);
    for (const at of [0, 1, 2, 3, 5])
      expect(new Set(random.map((digits) => digits[at])).size).toBe(64);
  });

  it('makes one token of a subject: no dot, no wildcard, no white space', () => {
    for (const token of take(new RequestTokens(), 2_000)) expect(token).not.toMatch(/[.*>\s]/);
  });

  it('cannot be foretold: two makers differ, and no part repeats as a rule', () => {
    const parts = (tokens: RequestTokens): string[] =>
      take(tokens, 1_000).map((token) => token.split('-')[1]!);
    const [first, second] = [parts(new RequestTokens()), parts(new RequestTokens())];
    expect(first).not.toEqual(second);
    // of 1000 values of 32 bits, two are equal once in 8600 runs; ten never
    expect(new Set(first).size).toBeGreaterThan(990);
  });
});
