import { describe, expect, it } from '@jest/globals';
import { Turns } from './turns.js';

describe('Turns', () => {
  it('runs one step after the other, in the order in which they were asked for', async () => {
    const turns = new Turns();
    const log: string[] = [];
    const step = (name: string, rounds: number) => async () => {
      log.push(`${name} begins`);
      for (let i = 0; i < rounds; i++) await Promise.resolve();
      log.push(`${name} ends`);
      return name;
    };
    const results = [turns.run(step('a', 5)), turns.run(step('b', 1)), turns.run(step('c', 0))];
    await expect(Promise.all(results)).resolves.toEqual(['a', 'b', 'c']);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('goes on after a step that has failed', async () => {
    const turns = new Turns();
    const failed = turns.run(() => Promise.reject(new Error('x')));
    const next = turns.run(() => Promise.resolve('next'));
    await expect(failed).rejects.toThrow('x');
    await expect(next).resolves.toBe('next');
  });
});
