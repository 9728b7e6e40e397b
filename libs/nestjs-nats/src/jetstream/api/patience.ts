import { setTimeout as sleep } from 'node:timers/promises';
import { isNatsTransportError } from '../../errors/transport-error.js';
import type { ResolvedJetStreamOptions } from './js-options.js';

/** Is how many times as long as for one answer a start waits for a leader: an election takes up to ten seconds. */
const TIMES = 4;
const RETRY_MS = 250;

/**
 * Bounds how long a start tries again what fails because nobody leads a stream or a consumer at that
 * moment. A question to a leader that is missing is not kept for the next one: it has to be asked again.
 */
export class Patience {
  private readonly endsAt: number;

  constructor({ apiTimeoutMs }: Pick<ResolvedJetStreamOptions, 'apiTimeoutMs'>) {
    this.endsAt = performance.now() + TIMES * apiTimeoutMs;
  }

  /** Says whether something may be tried again that has failed like this. */
  allows(error: unknown): boolean {
    const mayPass =
      isNatsTransportError(error, 'TIMEOUT') || isNatsTransportError(error, 'UNAVAILABLE');
    return mayPass && performance.now() < this.endsAt;
  }

  /** Does something until it does not fail, or not like this. @throws what the last try has thrown */
  async try<T>(step: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await step();
      } catch (error) {
        if (!this.allows(error)) throw error;
      }
      await sleep(RETRY_MS);
    }
  }
}
