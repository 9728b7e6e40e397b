import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { Deadlines, Expiring, STEP_MS } from './deadlines.js';

/** Is how late an expiry may be: a step, and the millisecond a timer is given besides. */
const LATEST_MS = STEP_MS + 2;

/** Something that expires and notes when; `then` is done after that. */
class Item extends Expiring {
  readonly expiredAt: number[] = [];

  constructor(private readonly then: (item: Item) => void = () => undefined) {
    super();
  }

  expire(): void {
    this.expiredAt.push(performance.now());
    this.then(this);
  }
}

describe('Deadlines', () => {
  let deadlines: Deadlines;

  beforeEach(() => {
    jest.useFakeTimers();
    deadlines = new Deadlines();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it.each([0, 1, 9, 10, 11, 5_000, 2 ** 31 - 100])(
    'expires after %d ms, not before',
    (timeoutMs) => {
      const item = new Item();
      deadlines.add(item, timeoutMs);
      expect(item.expiredAt).toEqual([]);
      if (timeoutMs > 0) jest.advanceTimersByTime(timeoutMs - 1);
      expect(item.expiredAt).toEqual([]);
      jest.advanceTimersByTime(LATEST_MS + 1);
      expect(item.expiredAt).toHaveLength(1);
      expect(deadlines.size).toBe(0);
      expect(jest.getTimerCount()).toBe(0);
    },
  );

  it('expires what comes later and ends earlier in its own time', () => {
    const [late, early] = [new Item(), new Item()];
    deadlines.add(late, 1_000);
    deadlines.add(early, 100);
    jest.advanceTimersByTime(100 + LATEST_MS);
    expect(early.expiredAt).toHaveLength(1);
    expect(late.expiredAt).toEqual([]);
    jest.advanceTimersByTime(900);
    expect(late.expiredAt).toHaveLength(1);
  });

  it('does not expire what is removed', () => {
    const [removed, kept] = [new Item(), new Item()];
    deadlines.add(removed, 100);
    deadlines.add(kept, 100);
    deadlines.remove(removed);
    deadlines.remove(removed);
    expect(deadlines.size).toBe(1);
    jest.advanceTimersByTime(1_000);
    expect(removed.expiredAt).toEqual([]);
    expect(kept.expiredAt).toHaveLength(1);
  });

  it('takes the removal of what was never added, or has expired, for done', () => {
    const item = new Item();
    deadlines.remove(item);
    deadlines.add(item, 10);
    jest.advanceTimersByTime(100);
    deadlines.remove(item);
    expect(item.expiredAt).toHaveLength(1);
  });

  it('starts anew what is removed and added again', () => {
    const item = new Item();
    deadlines.add(item, 100);
    jest.advanceTimersByTime(90);
    deadlines.remove(item);
    deadlines.add(item, 100);
    jest.advanceTimersByTime(90);
    expect(item.expiredAt).toEqual([]);
    jest.advanceTimersByTime(10 + LATEST_MS);
    expect(item.expiredAt).toHaveLength(1);
  });

  it('lets one that expires add itself again, also without delay', () => {
    const item = new Item(() => {
      if (item.expiredAt.length < 3) deadlines.add(item, 0);
    });
    deadlines.add(item, 50);
    jest.advanceTimersByTime(50 + 3 * LATEST_MS);
    expect(item.expiredAt).toHaveLength(3);
    expect(deadlines.size).toBe(0);
  });

  it('lets one that expires add another, and remove a later one', () => {
    const [added, later] = [new Item(), new Item()];
    const first = new Item(() => {
      deadlines.add(added, 20);
      deadlines.remove(later);
    });
    deadlines.add(first, 10);
    deadlines.add(later, 200);
    jest.advanceTimersByTime(1_000);
    expect(added.expiredAt).toHaveLength(1);
    expect(later.expiredAt).toEqual([]);
  });

  it('lets one that expires remove another of the same time', () => {
    const other = new Item();
    const first = new Item(() => deadlines.remove(other));
    deadlines.add(first, 100);
    deadlines.add(other, 100);
    jest.advanceTimersByTime(1_000);
    expect(first.expiredAt).toHaveLength(1);
    expect(other.expiredAt).toEqual([]);
  });

  it('lets one that expires give another of the same time more time', () => {
    const other = new Item();
    const first = new Item(() => {
      deadlines.remove(other);
      deadlines.add(other, 300);
    });
    deadlines.add(first, 100);
    deadlines.add(other, 100);
    jest.advanceTimersByTime(399);
    expect(other.expiredAt).toEqual([]);
    jest.advanceTimersByTime(50);
    expect(other.expiredAt).toHaveLength(1);
  });

  it('forgets everything when it is cleared, and can be used again', () => {
    const [cleared, after] = [new Item(), new Item()];
    deadlines.add(cleared, 10);
    deadlines.clear();
    expect(deadlines.size).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
    deadlines.add(after, 10);
    jest.advanceTimersByTime(100);
    expect(cleared.expiredAt).toEqual([]);
    expect(after.expiredAt).toHaveLength(1);
  });

  it('keeps any number of deadlines on one timer', () => {
    for (let i = 0; i < 1_000; i++) deadlines.add(new Item(), (i * 37) % 500);
    expect(deadlines.size).toBe(1_000);
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(500 + LATEST_MS);
    expect(deadlines.size).toBe(0);
  });

  it('expires everything once, in time and never early, whatever is added and removed when', () => {
    const plan = fc.record({
      addAt: fc.nat({ max: 300 }),
      timeoutMs: fc.oneof(fc.nat({ max: 300 }), fc.double({ min: 0, max: 50, noNaN: true })),
      removeAfter: fc.option(fc.nat({ max: 350 })),
    });
    fc.assert(
      fc.property(fc.array(plan, { maxLength: 30 }), (plans) => {
        const start = performance.now();
        const items = plans.map(() => new Item());
        for (let now = 0; now <= 700; now++) {
          for (const [i, { addAt, timeoutMs, removeAfter }] of plans.entries()) {
            if (addAt === now) deadlines.add(items[i]!, timeoutMs);
            if (removeAfter !== null && addAt + removeAfter === now) deadlines.remove(items[i]!);
          }
          jest.advanceTimersByTime(1);
        }
        for (const [i, { addAt, timeoutMs, removeAfter }] of plans.entries()) {
          const delays = items[i]!.expiredAt.map((at) => at - start - addAt);
          const removed = removeAfter !== null && removeAfter <= timeoutMs + LATEST_MS;
          expect(delays.length).toBeLessThanOrEqual(1);
          expect(delays.length === 1 || removed).toBe(true);
          for (const delay of delays) {
            expect(delay).toBeGreaterThanOrEqual(timeoutMs);
            expect(delay).toBeLessThanOrEqual(timeoutMs + LATEST_MS);
            expect(removeAfter === null || removeAfter >= timeoutMs).toBe(true);
          }
        }
        expect(deadlines.size).toBe(0);
        expect(jest.getTimerCount()).toBe(0);
      }),
    );
  });
});

describe('Deadlines on the real clock', () => {
  it('keeps no process alive for deadlines that are removed', () => {
    const timers = (): number =>
      process.getActiveResourcesInfo().filter((type) => type === 'Timeout').length;
    const before = timers();
    const deadlines = new Deadlines();
    const item = new Item();
    deadlines.add(item, 60_000);
    deadlines.remove(item);
    expect(timers()).toBe(before);
    deadlines.clear();
  });

  it('expires everything, and nothing early', async () => {
    const deadlines = new Deadlines();
    const start = performance.now();
    const waits = Array.from({ length: 300 }, (_, i) => (i * 7) % 61);
    const expired = waits.map(
      (timeoutMs) =>
        new Promise<number>((resolve) => {
          deadlines.add(new Item(({ expiredAt }) => resolve(expiredAt[0]! - timeoutMs)), timeoutMs);
        }),
    );
    for (const lateBy of await Promise.all(expired)) {
      expect(lateBy - start).toBeGreaterThanOrEqual(0);
    }
    expect(deadlines.size).toBe(0);
  });
});
