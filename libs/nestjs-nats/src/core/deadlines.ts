import { Linked, LinkedSet } from './linked-set.js';

/** Is how late an expiry may be, in milliseconds: deadlines within one step share a timer. */
export const STEP_MS = 10;

// a longer one would fire at once; what is not due when it fires is scheduled again
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Something that expires. It belongs to one {@link Deadlines} at a time. */
export abstract class Expiring extends Linked {
  /** Where {@link Deadlines} keeps it; nobody else touches it. */
  bucket: LinkedSet<Expiring> | undefined = undefined;
  /** Called once when the time is over; never after {@link Deadlines.remove}. Must not throw. */
  abstract expire(): void;
}

/**
 * Keeps many deadlines on one timer.
 *
 * Deadlines are rounded up to steps; adding and removing take constant time, whatever mix of
 * durations there is. Nothing expires early.
 */
export class Deadlines {
  private readonly buckets = new Map<number, LinkedSet<Expiring>>();
  private timer: NodeJS.Timeout | undefined;
  private timerBucket = Infinity;

  /** How many deadlines stand. */
  get size(): number {
    let size = 0;
    for (const bucket of this.buckets.values()) size += bucket.size;
    return size;
  }

  add(item: Expiring, timeoutMs: number): void {
    const key = Math.ceil((performance.now() + timeoutMs) / STEP_MS);
    let bucket = this.buckets.get(key);
    if (bucket === undefined) this.buckets.set(key, (bucket = new LinkedSet()));
    bucket.add(item);
    item.bucket = bucket;
    if (key < this.timerBucket) this.schedule(key);
  }

  remove(item: Expiring): void {
    // the bucket stays, if empty, until its time: that is cheaper than to look for the next one
    item.bucket?.delete(item);
    item.bucket = undefined;
  }

  /** Forgets every deadline. */
  clear(): void {
    clearTimeout(this.timer);
    this.timerBucket = Infinity;
    this.buckets.clear();
  }

  private schedule(key: number): void {
    clearTimeout(this.timer);
    this.timerBucket = key;
    // a timer may fire a millisecond early by this clock: one more is waited
    const delayMs = Math.max(0, Math.ceil(key * STEP_MS - performance.now())) + 1;
    // what waits has a connection, which keeps the process alive; an old timer alone must not
    this.timer = setTimeout(() => this.fire(), Math.min(delayMs, LONGEST_TIMER_MS)).unref();
  }

  private fire(): void {
    const now = Math.floor(performance.now() / STEP_MS);
    let next = Infinity;
    const due: LinkedSet<Expiring>[] = [];
    for (const [key, bucket] of this.buckets) {
      if (key <= now) {
        due.push(bucket);
        this.buckets.delete(key);
      } else if (bucket.size === 0) {
        this.buckets.delete(key);
      } else if (key < next) {
        next = key;
      }
    }
    this.timerBucket = Infinity;
    if (next !== Infinity) this.schedule(next);
    for (const bucket of due) {
      // one that expires may remove others of its bucket: each time the first of those left is taken
      for (let item = bucket.first; item !== undefined; item = bucket.first) {
        this.remove(item);
        item.expire();
      }
    }
  }
}
