import type { Delivery } from './delivery.js';

/**
 * Follows the deliveries of a consumer that acknowledges nothing: they are numbered without gaps, so
 * that what is lost on the way shows.
 */
export class DeliveryOrder {
  private consumer = '';
  private expected = 1;

  /**
   * Takes a delivery.
   *
   * @returns `'next'` when it is the one that follows; `'gap'` when some before it have not come;
   * `'past'` when it has come before, or is of a consumer that was left
   */
  take({ consumer, consumerSequence }: Delivery): 'next' | 'gap' | 'past' {
    if (consumer !== this.consumer || consumerSequence < this.expected) return 'past';
    if (consumerSequence > this.expected) return 'gap';
    this.expected++;
    return 'next';
  }

  /** Tells whether something is missing, when the consumer says up to where it has delivered. */
  isBehind(lastConsumerSequence: number): boolean {
    return lastConsumerSequence >= this.expected;
  }

  /** Follows another consumer from now on. */
  follow(consumer: string): void {
    if (consumer === this.consumer) return;
    this.consumer = consumer;
    this.expected = 1;
  }
}
