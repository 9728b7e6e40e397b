import type { StreamDeclaration } from 'nestjs-nats';

/** The name of the stream. */
export const FLASH_SALE = 'FLASH_SALE';

/**
 * Keeps purchases until they are decided. A work queue: what is decided leaves it, and as it is
 * bounded, a purchase too many is refused instead of another one dropped.
 */
export function saleStream(maxWaiting: number): StreamDeclaration {
  return {
    name: FLASH_SALE,
    subjects: ['flash-sale.purchases.*'],
    retention: 'workqueue',
    max_msgs: maxWaiting,
    discard: 'new',
  };
}
