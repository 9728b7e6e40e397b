import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Batcher } from './batcher.js';

let batches: (readonly number[])[];
const batcher = (size: number, maxWaitMs: number): Batcher<number> =>
  new Batcher({ size, maxWaitMs }, (batch) => batches.push(batch));

beforeEach(() => {
  batches = [];
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('Batcher', () => {
  it('hands over a full batch at once', () => {
    const one = batcher(3, 100);
    for (const n of [1, 2, 3, 4, 5, 6, 7]) one.add(n);
    expect(batches).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });

  it('hands over what there is when the first item has waited', () => {
    const one = batcher(3, 100);
    one.add(1);
    jest.advanceTimersByTime(60);
    one.add(2);
    jest.advanceTimersByTime(39);
    expect(batches).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(batches).toEqual([[1, 2]]);
  });

  it('counts the wait anew for each batch', () => {
    const one = batcher(2, 100);
    one.add(1);
    jest.advanceTimersByTime(90);
    one.add(2);
    one.add(3);
    jest.advanceTimersByTime(99);
    expect(batches).toEqual([[1, 2]]);
    jest.advanceTimersByTime(1);
    expect(batches).toEqual([[1, 2], [3]]);
  });

  it('waits for nobody when it is flushed, and gives nothing when it is empty', () => {
    const one = batcher(3, 100);
    one.flush();
    one.add(1);
    one.flush();
    jest.advanceTimersByTime(1000);
    expect(batches).toEqual([[1]]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('gives items back when it is drained', () => {
    const one = batcher(3, 100);
    one.add(1);
    one.add(2);
    expect(one.drain()).toEqual([1, 2]);
    expect(one.drain()).toEqual([]);
    jest.advanceTimersByTime(1000);
    expect(batches).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });
});
