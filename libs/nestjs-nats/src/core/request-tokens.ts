import { getRandomValues } from 'node:crypto';

const POOL_SIZE = 1024;

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
    return `${this.counter.toString(36)}-${this.pool[--this.left]!.toString(36)}`;
  }
}
