import { describe, expect, it } from '@jest/globals';
import { parseFlags, USAGE, UsageError } from './flags.js';

const refusal = (...args: string[]): string => {
  try {
    parseFlags(args);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as UsageError).message;
  }
  throw new Error(`${args.join(' ')} is accepted`);
};

describe('the flags of npm run chaos', () => {
  it('have defaults', () => {
    expect(parseFlags([])).toEqual({
      messages: 100_000,
      faults: 10,
      seed: 1,
      workers: 2,
      concurrency: 32,
      workMs: 5,
      kinds: ['server', 'worker'],
      cluster: false,
      out: 'data/chaos',
    });
  });

  it('are read', () => {
    const line = '--messages 1000000 --kills 20 --cluster --seed 7 --out there --workers 3';
    expect(parseFlags(line.split(' '))).toMatchObject({
      messages: 1_000_000,
      faults: 20,
      cluster: true,
      seed: 7,
      out: 'there',
      workers: 3,
    });
  });

  it.each([['--help'], ['-h']])('%s asks for help', (flag) => {
    expect(parseFlags([flag])).toBe('help');
  });

  it.each([
    ['--messages many', 'expected a whole number from 100 to 10000000'],
    ['--messages 99', 'expected a whole number from 100'],
    ['--messages 1e5', '--messages 1e5'],
    ['--kills -1', '--kills'],
    ['--kills 1.5', '--kills 1.5'],
    ['--seed 4294967296', 'from 0 to 4294967295'],
    ['--workers 0', 'from 1 to 32'],
    ['--out=', '--out: expected a folder'],
    ['--mesages 5', '--mesages'],
    ['--messages', '--messages'],
    ['5000', '5000'],
  ])('%s is refused with the reason', (line, reason) => {
    expect(refusal(...line.split(' '))).toContain(reason);
  });

  it('are refused all at once', () => {
    expect(refusal('--messages', '1', '--workers', '0').split('\n')).toHaveLength(2);
  });

  it('are all explained', () => {
    for (const flag of ['messages', 'kills', 'cluster', 'seed', 'workers', 'concurrency', 'out']) {
      expect(USAGE).toContain(`--${flag}`);
    }
  });
});
