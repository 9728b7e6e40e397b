/** Something that stands in one {@link LinkedSet} at a time; nobody else touches these fields. */
export abstract class Linked {
  set: object | undefined = undefined;
  before: Linked | undefined = undefined;
  after: Linked | undefined = undefined;
}

/**
 * Keeps things in the order in which they came.
 *
 * As a `Set` does, but the links are fields of the things themselves: to come and to go, which each
 * message does more than once, takes no hash, no entry and no table that grows.
 */
export class LinkedSet<T extends Linked> {
  private head: Linked | undefined = undefined;
  private tail: Linked | undefined = undefined;
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** The one that came first. */
  get first(): T | undefined {
    return this.head as T | undefined;
  }

  /** Adds, at the end, what is in no set. */
  add(item: T): void {
    item.set = this;
    item.before = this.tail;
    if (this.tail === undefined) this.head = item;
    else this.tail.after = item;
    this.tail = item;
    this.count++;
  }

  /** Takes out what is in it; does nothing with what is not. */
  delete(item: T): void {
    if (item.set !== this) return;
    const { before, after } = item;
    if (before === undefined) this.head = after;
    else before.after = after;
    if (after === undefined) this.tail = before;
    else after.before = before;
    item.set = item.before = item.after = undefined;
    this.count--;
  }

  clear(): void {
    for (const item of this.toArray()) this.delete(item);
  }

  /** Gives what is in it now. */
  toArray(): T[] {
    const items: T[] = [];
    for (let item = this.head; item !== undefined; item = item.after) items.push(item as T);
    return items;
  }
}
