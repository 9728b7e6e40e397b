import { describe, expect, it } from '@jest/globals';
import { HeadStart } from './head-start.js';

describe('HeadStart', () => {
  function sending(): (count: number) => number {
    let flushes = 0;
    const headStart = new HeadStart(() => flushes++);
    return (count) => {
      for (let i = 0; i < count; i++) headStart.sent();
      return flushes;
    };
  }

  it('is given to the first of many, once', () => {
    const send = sending();
    expect(send(31)).toBe(0);
    expect(send(1)).toBe(1);
    expect(send(1_000)).toBe(1);
  });

  it('is given anew in the next go', async () => {
    const send = sending();
    expect(send(40)).toBe(1);
    await Promise.resolve();
    expect(send(31)).toBe(1);
    await Promise.resolve();
    expect(send(31)).toBe(1);
    expect(send(1)).toBe(2);
  });
});
