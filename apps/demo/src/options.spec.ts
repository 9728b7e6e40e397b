import { describe, expect, it } from '@jest/globals';
import { parseOptions, UsageError } from './options.js';

describe('the command line of the demo', () => {
  it.each([
    [[], { once: false, reports: 200 }],
    [['--once'], { once: true, reports: 200 }],
    [['--reports', '7', '--once'], { once: true, reports: 7 }],
    [['--reports=100000'], { once: false, reports: 100_000 }],
    [['--help', '--once'], 'help'],
    [['-h'], 'help'],
  ])('%j', (args, expected) => {
    expect(parseOptions(args)).toEqual(expected);
  });

  it.each([
    ['--twice'],
    ['extra'],
    ['--reports'],
    ['--reports='],
    ['--reports=0'],
    ['--reports=-1'],
    ['--reports=1e3'],
    ['--reports=100001'],
    ['--once=yes'],
  ])('refuses %s', (arg) => {
    expect(() => parseOptions([arg])).toThrow(UsageError);
  });
});
