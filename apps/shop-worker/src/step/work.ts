import type { OrderMessage, Step } from './order-message.js';

const CENTS_PER_POINT = 100;

/**
 * What each step comes to. It depends on the order alone: a second delivery of the same order comes
 * to the same.
 */
export const WORK: Record<Step, (order: OrderMessage) => string> = {
  points: ({ customer, totalCents }) =>
    `${Math.floor(totalCents / CENTS_PER_POINT)} points for ${customer}`,
  coupon: ({ orderId }) => `THANKS-${orderId.slice(0, 8).toUpperCase()}`,
  notification: ({ customer, quantity, sku }) => `told ${customer}: ${quantity} × ${sku}`,
};
