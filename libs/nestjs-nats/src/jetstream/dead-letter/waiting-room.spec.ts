import { expect, it } from '@jest/globals';
import { WaitingRoom } from './waiting-room.js';

it('has as many places as it was given', () => {
  const room = new WaitingRoom(2);
  expect([room.enter(), room.isFull, room.enter(), room.isFull]).toEqual([true, false, true, true]);
  expect(room.enter()).toBe(false);
  room.leave();
  expect([room.isFull, room.enter(), room.isFull]).toEqual([false, true, true]);
});

it('without places lets nobody wait, and is not full: somebody has to try', () => {
  const room = new WaitingRoom(0);
  expect([room.enter(), room.isFull]).toEqual([false, false]);
});
