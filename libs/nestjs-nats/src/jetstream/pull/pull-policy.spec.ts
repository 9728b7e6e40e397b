import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pullSize } from './pull-policy.js';

const counts = fc.nat({ max: 300 });

describe('pullSize', () => {
  it.each([
    ['everything at first', 64, 0, 64],
    ['one at a time with one slot', 1, 0, 1],
    ['nothing without a slot', 0, 0, 0],
    ['nothing when all is asked for', 64, 64, 0],
    ['nothing while less than half is not asked for', 63, 32, 0],
    ['what is worth a request, though more is asked for already', 256, 224, 32],
    ['the half that is not asked for', 64, 32, 32],
    ['what is free while handlers are busy', 3, 0, 3],
    ['nothing when more is asked for than is free', 2, 5, 0],
  ])('asks for %s', (_, free, credit, size) => {
    expect(pullSize({ free, credit, maxBatch: Infinity })).toBe(size);
  });

  it('keeps to the largest request that is allowed', () => {
    expect(pullSize({ free: 64, credit: 0, maxBatch: 10 })).toBe(10);
  });

  it('never asks for more than there is room for, and always for something while there is', () => {
    fc.assert(
      fc.property(counts, counts, fc.integer({ min: 1, max: 300 }), (free, credit, maxBatch) => {
        const size = pullSize({ free, credit, maxBatch });
        expect(size).toBeLessThanOrEqual(Math.max(0, free - credit));
        // with nothing asked for, nothing that is free stays idle
        expect(credit > 0 || size === Math.min(free, maxBatch)).toBe(true);
      }),
    );
  });

  it('keeps few requests open, however slots become free', () => {
    const steps = fc.array(fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 9 })), { maxLength: 400 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 128 }), (moves, slots) => {
        // the server serves open requests in turn, a message each
        let open: number[] = [];
        let running = 0;
        for (const [arrive, finish] of moves) {
          for (let i = 0; i < arrive && open.length > 0; i++) {
            const [first, ...rest] = open;
            open = first === 1 ? rest : [...rest, first! - 1];
            running++;
          }
          running -= Math.min(running, finish);
          const credit = open.reduce((sum, each) => sum + each, 0);
          const size = pullSize({ free: slots - running, credit, maxBatch: Infinity });
          if (size > 0) open.push(size);
          expect(credit + size + running).toBeLessThanOrEqual(slots);
          expect(open.length).toBeLessThanOrEqual(Math.log2(slots) + 2);
        }
      }),
    );
  });
});
