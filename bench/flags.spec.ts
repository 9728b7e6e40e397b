import { describe, expect, it } from '@jest/globals';
import { FlagError, parseFlags } from './flags.js';

const KNOWN = ['events-16', 'request-c64'];
const parse = (...args: string[]) => parseFlags(args, KNOWN);

describe('parseFlags', () => {
  it('runs every scenario once when nothing is said', () => {
    expect(parse()).toEqual({
      quick: false,
      growth: false,
      list: false,
      help: false,
      noise: false,
      otel: false,
      floor: false,
      only: KNOWN,
      epochs: 1,
      json: undefined,
      profile: undefined,
    });
  });

  it('reads what is said', () => {
    expect(
      parse('--quick', '--only', 'request-c64, events-16,events-16', '--epochs', '3'),
    ).toMatchObject({ quick: true, only: ['request-c64', 'events-16'], epochs: 3 });
    expect(parse('--json=out/a.json', '--profile', 'p')).toMatchObject({
      json: 'out/a.json',
      profile: 'p',
    });
  });

  it.each([
    [['--fast'], /--fast/],
    [['quick'], /quick/],
    [
      ['--only', 'events-17'],
      /no scenario is called "events-17"; there are events-16, request-c64/,
    ],
    [['--only', ''], /no scenario is called ""/],
    [['--epochs', '0'], /--epochs: expected a whole number from 1 to 100, got "0"/],
    [['--epochs', '1.5'], /--epochs/],
    [['--epochs', 'many'], /--epochs/],
    [['--json'], /--json/],
    [['--json', 'out.txt'], /--json: expected the name of a .json file/],
    [['--growth', '--only', 'events-16'], /--growth/],
  ])('refuses %j', (args, message) => {
    expect(() => parse(...args)).toThrow(FlagError);
    expect(() => parse(...args)).toThrow(message);
  });
});
