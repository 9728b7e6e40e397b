import { expect, it } from '@jest/globals';
import { PullPacer } from './pull-pacer.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function pacing(): { pacer: PullPacer; free: (places: number) => number; asked: () => number } {
  let asked = 0;
  const pacer = new PullPacer(() => asked++);
  const free = (places: number): number => {
    for (let i = 0; i < places; i++) pacer.freed();
    return asked;
  };
  return { pacer, free, asked: () => asked };
}

it('asks once for all that becomes free in a turn', async () => {
  const { free, asked } = pacing();
  expect(free(31)).toBe(0);
  await turn();
  expect(asked()).toBe(1);
  expect(free(31)).toBe(1);
});

it('asks before the turn is over when many places are free, and for the rest after it', async () => {
  const { free, asked } = pacing();
  expect(free(32)).toBe(1);
  expect(free(33)).toBe(2);
  await turn();
  expect(asked()).toBe(3);
});

it('asks no more when it is stopped, or rests', async () => {
  const { pacer, free, asked } = pacing();
  pacer.later();
  expect(free(100)).toBe(0);
  pacer.stop();
  expect(free(100)).toBe(0);
  await turn();
  expect(asked()).toBe(0);
});
