import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { planFaults, randomFrom } from './fault-plan.js';

const KINDS = ['server', 'worker'] as const;

describe('a plan of faults', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(planFaults(5_000, 6, 1, KINDS)).toEqual(planFaults(5_000, 6, 1, KINDS));
    expect(planFaults(5_000, 6, 1, KINDS)).not.toEqual(planFaults(5_000, 6, 2, KINDS));
  });

  it('has as many as wanted, in order, within the run, of both kinds', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 1_000_000 }),
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        (messages, count, seed) => {
          const plan = planFaults(messages, count, seed, KINDS);
          const moments = plan.map(({ after }) => after);
          expect(moments).toEqual(moments.toSorted((a, b) => a - b));
          expect(plan.filter(({ what }) => what === 'server')).toHaveLength(Math.ceil(count / 2));
          expect(plan.filter(({ what }) => what === 'worker')).toHaveLength(Math.floor(count / 2));
          for (const { after, which } of plan) {
            expect(after).toBeGreaterThan(0);
            expect(after).toBeLessThan(messages);
            expect(which).toBeGreaterThanOrEqual(0);
            expect(which).toBeLessThan(1);
          }
        },
      ),
    );
  });
});

it('numbers from a seed are spread over all of their range', () => {
  const random = randomFrom(7);
  const tenths = new Set(Array.from({ length: 200 }, () => Math.floor(random() * 10)));
  expect(tenths.size).toBe(10);
});
