import { z } from 'zod';

/** What has to be done for an order once it is created; each step has a worker of its own. */
export const STEPS = ['points', 'coupon', 'notification'] as const;

/** One of {@link STEPS}. */
export type Step = (typeof STEPS)[number];

/** What travels on `shop.orders.created`, and to `shop.steps.<step>`. */
export const orderMessage = z.object({
  orderId: z.uuid(),
  customer: z.string().min(1),
  sku: z.string().min(1),
  quantity: z.int().positive(),
  totalCents: z.int().nonnegative(),
  /** ISO 8601, UTC. */
  createdAt: z.iso.datetime(),
});
export type OrderMessage = z.output<typeof orderMessage>;

/** What travels on `shop.orders.progressed`, and answers a request to `shop.steps.<step>`. */
export const progressMessage = z.object({
  orderId: z.uuid(),
  step: z.enum(STEPS),
  /** What came of it, for people. */
  outcome: z.string(),
});
export type ProgressMessage = z.output<typeof progressMessage>;

/** What travels on `shop.orders.cancelled`. */
export const cancelMessage = z.object({ orderId: z.uuid() });
export type CancelMessage = z.output<typeof cancelMessage>;
