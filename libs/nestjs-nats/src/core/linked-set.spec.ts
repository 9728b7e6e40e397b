import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Linked, LinkedSet } from './linked-set.js';

class Item extends Linked {}

describe('LinkedSet', () => {
  it('holds what a Set holds, in the same order, whatever comes and goes', () => {
    const step = fc.record({
      does: fc.constantFrom('add' as const, 'delete' as const, 'clear' as const),
      which: fc.nat({ max: 5 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const items = Array.from({ length: 6 }, () => new Item());
        const linked = new LinkedSet<Item>();
        const set = new Set<Item>();
        for (const { does, which } of steps) {
          const item = items[which]!;
          if (does === 'clear') {
            linked.clear();
            set.clear();
          } else if (does === 'delete') {
            linked.delete(item);
            set.delete(item);
          } else if (!set.has(item)) {
            linked.add(item);
            set.add(item);
          }
          expect(linked.toArray()).toEqual([...set]);
          expect(linked.size).toBe(set.size);
          expect(linked.first).toBe([...set][0]);
        }
      }),
    );
  });

  it('leaves what is in another one alone', () => {
    const item = new Item();
    const [one, other] = [new LinkedSet<Item>(), new LinkedSet<Item>()];
    one.add(item);
    other.delete(item);
    expect(one.size).toBe(1);
    expect(other.size).toBe(0);
  });
});
