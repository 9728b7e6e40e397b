import type { StreamDeclaration } from 'nestjs-nats';

const WEEK_NS = 7 * 24 * 3600 * 1e9;

/**
 * Keeps what happens to orders for a week: a worker that was stopped, or is started for the first
 * time, finds it all. A full stream refuses orders instead of dropping those nobody has seen.
 */
export const SHOP_ORDERS = {
  name: 'SHOP_ORDERS',
  subjects: ['shop.orders.>'],
  max_age: WEEK_NS,
  max_bytes: 256 * 1024 * 1024,
  discard: 'new',
} as const satisfies StreamDeclaration;
