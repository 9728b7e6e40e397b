import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Slots, type SlotWork } from './slots.js';

/** Work that ends when it is told to. */
class Work implements SlotWork {
  started = false;

  constructor(private readonly slots: Slots) {}

  start(): void {
    this.started = true;
  }

  finish(): void {
    this.slots.free();
  }
}

function submit(slots: Slots, count: number): Work[] {
  return Array.from({ length: count }, () => {
    const work = new Work(slots);
    slots.submit(work);
    return work;
  });
}

describe('Slots', () => {
  it('starts work at once while there are slots', () => {
    const slots = new Slots({ concurrency: 2, maxPending: 1 });
    const works = submit(slots, 3);
    expect(works.map(({ started }) => started)).toEqual([true, true, false]);
    expect(slots.runningCount).toBe(2);
    expect(slots.pendingCount).toBe(1);
  });

  it('takes no more than may run and wait', () => {
    const slots = new Slots({ concurrency: 1, maxPending: 1 });
    submit(slots, 2);
    const refused = new Work(slots);
    expect(slots.submit(refused)).toBe(false);
    expect(refused.started).toBe(false);
    expect(slots.pendingCount).toBe(1);
  });

  it('lets nothing wait when nothing may', () => {
    const slots = new Slots({ concurrency: 1, maxPending: 0 });
    expect(slots.submit(new Work(slots))).toBe(true);
    expect(slots.submit(new Work(slots))).toBe(false);
  });

  it('starts what waits in order, one for each slot that becomes free', async () => {
    const slots = new Slots({ concurrency: 2, maxPending: 10 });
    const works = submit(slots, 4);
    works[1]!.finish();
    expect(works.map(({ started }) => started)).toEqual([true, true, true, false]);
    works[0]!.finish();
    expect(works.map(({ started }) => started)).toEqual([true, true, true, true]);
    expect(slots.pendingCount).toBe(0);
  });

  it('is free again when all is done', async () => {
    const slots = new Slots({ concurrency: 1, maxPending: 1 });
    const works = submit(slots, 2);
    for (const work of works) work.finish();
    expect(slots.runningCount).toBe(0);
    const next = new Work(slots);
    expect(slots.submit(next)).toBe(true);
    expect(next.started).toBe(true);
  });

  it('keeps order and bounds through a long queue', async () => {
    const slots = new Slots({ concurrency: 3, maxPending: 10_000 });
    const order: number[] = [];
    let running = 0;
    let most = 0;
    const ended = Array.from(
      { length: 5_000 },
      (_, i) =>
        new Promise<void>((resolve) => {
          const start = async (): Promise<void> => {
            order.push(i);
            most = Math.max(most, ++running);
            await Promise.resolve();
            running--;
            slots.free();
            resolve();
          };
          slots.submit({ start: () => void start() });
        }),
    );
    await Promise.all(ended);
    expect(order).toEqual([...order.keys()]);
    expect(most).toBe(3);
    expect(slots.pendingCount).toBe(0);
  });

  it('comes to the end of a long queue of what is over as soon as it starts', () => {
    const slots = new Slots({ concurrency: 1, maxPending: 100_000 });
    const first = new Work(slots);
    slots.submit(first);
    let started = 0;
    const start = (): void => {
      started++;
      slots.free();
    };
    for (let i = 0; i < 100_000; i++) slots.submit({ start });
    first.finish();
    expect(started).toBe(100_000);
    expect(slots.runningCount).toBe(0);
  });

  it('runs each work once, in order, within its bounds, whatever comes and ends when', async () => {
    const limits = fc.record({
      concurrency: fc.integer({ min: 1, max: 3 }),
      maxPending: fc.nat({ max: 3 }),
    });
    // true: more comes; false: the oldest that runs ends
    await fc.assert(
      fc.asyncProperty(limits, fc.array(fc.boolean(), { maxLength: 25 }), async (bounds, steps) => {
        const slots = new Slots(bounds);
        const taken: Work[] = [];
        const rightly: boolean[] = [];
        let ended = 0;
        for (const comes of steps) {
          if (comes) {
            const work = new Work(slots);
            const room = taken.length - ended < bounds.concurrency + bounds.maxPending;
            const took = slots.submit(work);
            rightly.push(took === room);
            if (took) taken.push(work);
          } else if (ended < taken.length) {
            taken[ended++]!.finish();
          }
          const open = taken.length - ended;
          expect(slots.runningCount).toBe(Math.min(open, bounds.concurrency));
          expect(slots.pendingCount).toBe(open - slots.runningCount);
          const begun = ended + slots.runningCount;
          expect(taken.map(({ started }) => started)).toEqual(taken.map((_, i) => i < begun));
        }
        expect(rightly).not.toContain(false);
      }),
    );
  });
});
