import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { ConfigurationError, integerBetween, readEnvironment, variable } from './environment.js';

const schema = z.object({
  SIZE: variable(integerBetween(2, 4).default(3), { expected: 'a size from 2 to 4' }),
  KEY: variable(z.string().regex(/^key-/, 'is no key'), { expected: 'key-…', secret: true }),
});

/** Gives what is said of an environment that is wrong. */
function faultsOf(env: NodeJS.ProcessEnv): string {
  try {
    readEnvironment(schema, env);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  return '';
}

describe('readEnvironment', () => {
  it.each([
    [{ KEY: 'key-1' }, { SIZE: 3, KEY: 'key-1' }],
    [
      { KEY: 'key-1', SIZE: '' },
      { SIZE: 3, KEY: 'key-1' },
    ],
    [
      { KEY: ' key-1\n', SIZE: ' 4 ', OTHER: 'x' },
      { SIZE: 4, KEY: 'key-1' },
    ],
  ])('reads %j', (env, values) => {
    expect(readEnvironment(schema, env)).toEqual(values);
  });

  it('names every fault at once', () => {
    expect(faultsOf({ SIZE: 'x' }).split('\n')).toEqual([
      '2 faults in its environment variables.',
      '  SIZE = "x" is not a whole number; expected a size from 2 to 4',
      '  KEY is not set; expected key-…',
    ]);
  });

  it('never shows a secret', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[^k\s]{12,40}$/), (secret) => {
        const faults = faultsOf({ KEY: secret });
        expect(faults).toContain('KEY (value hidden) is no key');
        expect(faults).not.toContain(secret);
      }),
    );
  });

  it('takes whole numbers between the bounds, and no others', () => {
    fc.assert(
      fc.property(fc.integer({ min: -10, max: 10 }), (size) => {
        const isFault = faultsOf({ KEY: 'key-1', SIZE: String(size) }) !== '';
        expect(isFault).toBe(size < 2 || size > 4);
      }),
    );
  });

  it.each(['3.0', '0x3', '3e0', '+3', '٣', '33333333333333333'])('refuses the size %s', (SIZE) => {
    expect(faultsOf({ KEY: 'key-1', SIZE })).toMatch(/^1 fault .*\n {2}SIZE = /);
  });
});
