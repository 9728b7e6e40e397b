import { beforeEach, expect, it } from '@jest/globals';
import { StoringTroubles } from './storing-troubles.js';

let now = 0;
let troubles: StoringTroubles;
beforeEach(() => {
  now = 1_000;
  troubles = new StoringTroubles(() => now);
});

it('remembers the last failure of each subject', () => {
  troubles.failed('dead.a', 'missing');
  troubles.failed('dead.a', 'full');
  troubles.failed('dead.b', 'missing');
  expect(troubles.all).toEqual([
    { subject: 'dead.a', error: 'full' },
    { subject: 'dead.b', error: 'missing' },
  ]);
});

it('forgets it when one is stored', () => {
  troubles.failed('dead.a', 'full');
  troubles.stored('dead.a');
  expect([troubles.has('dead.a'), troubles.all]).toEqual([false, []]);
});

it('knows nothing any more when nobody has tried for long', () => {
  troubles.failed('dead.a', 'full');
  now += 89_999;
  expect(troubles.has('dead.a')).toBe(true);
  now += 1;
  expect([troubles.has('dead.a'), troubles.all]).toEqual([false, []]);
});
