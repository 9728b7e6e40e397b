import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ResumePosition } from './resume-position.js';

describe('ResumePosition', () => {
  it('is where the consumer began, until something has come', () => {
    const position = new ResumePosition();
    expect(position.sequence).toBeUndefined();
    position.made(7, false);
    expect(position.sequence).toBeUndefined();
    position.made(7, true);
    expect(position.sequence).toBe(7);
  });

  it('may be before the first message', () => {
    const position = new ResumePosition();
    position.made(0, true);
    expect(position.sequence).toBe(0);
  });

  it('stays where it is when the consumer is made anew', () => {
    const position = new ResumePosition();
    position.made(7, true);
    position.made(9, true);
    expect(position.sequence).toBe(7);
  });

  it('is behind the last message when all are settled', () => {
    const position = new ResumePosition();
    for (const n of [3, 4, 5]) position.begin(n);
    for (const n of [5, 3, 4]) position.end(n);
    expect(position.sequence).toBe(5);
  });

  it('knows the oldest of very many that are open', () => {
    const position = new ResumePosition();
    for (let n = 1; n <= 300_000; n++) position.begin(n);
    position.end(1);
    expect(position.sequence).toBe(1);
  });

  it('does not go back when a message comes again', () => {
    const position = new ResumePosition();
    for (const n of [3, 4, 3]) position.begin(n);
    for (const n of [3, 4]) position.end(n);
    expect(position.sequence).toBe(4);
  });

  it('begins again with a stream that was made anew', () => {
    const position = new ResumePosition();
    position.begin(40);
    position.made(2, false);
    expect(position.sequence).toBe(0);
    position.begin(1);
    position.end(1);
    expect(position.sequence).toBe(1);
  });

  it('leaves nothing behind that is not settled', () => {
    const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 1_000 }), { minLength: 1 });
    fc.assert(
      fc.property(numbers, fc.nat(), (come, settled) => {
        const position = new ResumePosition();
        for (const n of come) position.begin(n);
        const ended = come.slice(0, settled % come.length);
        for (const n of ended) position.end(n);
        for (const n of come.slice(ended.length)) expect(position.sequence).toBeLessThan(n);
      }),
    );
  });
});
