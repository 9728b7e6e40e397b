import { getRandomValues } from 'node:crypto';

const POOL_SIZE = 1024;

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_=';

/** Two digits for each number of 12 bits: to look them up takes a third of the time of `toString(36)`. */
const PAIRS = Array.from({ length: 4096 }, (_, i) => `${DIGITS[i >> 6]}${DIGITS[i & 63]}`);

/**
 * Makes the tokens that tell requests of one inbox apart.
 *
 * A counter makes them unique. A random part makes them hard to guess: whoever answers one request
 * has seen the inbox, and could otherwise answer the next ones, which are meant for others.
 */
export class RequestTokens {
  private readonly pool = new Uint32Array(POOL_SIZE);
  private left = 0;
  private counter = 0;

  next(): string {
    if (this.left === 0) {
      getRandomValues(this.pool);
      this.left = POOL_SIZE;
    }
    this.counter = (this.counter + 1) % Number.MAX_SAFE_INTEGER;
    const bits = this.pool[--this.left]!;
    const random = PAIRS[bits >>> 20]! + PAIRS[(bits >>> 8) & 0xfff]! + PAIRS[bits & 0xff]!;
    return `${this.counter}-${random}`;
  }
}
