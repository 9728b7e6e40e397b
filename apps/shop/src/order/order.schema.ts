import { z } from 'zod';

/** Longest name of a customer or an article, in characters. */
const MAX_NAME_CHARS = 64;
const MAX_QUANTITY = 1000;
/** 100,000.00 for one piece. */
const MAX_PRICE_CENTS = 10_000_000;

const name = z
  .string()
  .min(1)
  .max(MAX_NAME_CHARS)
  .regex(/^[^\p{Cc}]*$/u, 'must not hold control characters');

/** How the steps of an order are done: one after the other, at once, or later by whoever is there. */
export const MODES = ['serial', 'parallel', 'async'] as const;
export type Mode = (typeof MODES)[number];

/** The query of `POST /shop/v1/orders`. */
export const placeQuery = z.object({ mode: z.enum(MODES).default('async') });
export type PlaceQuery = z.output<typeof placeQuery>;

/** The body of `POST /shop/v1/orders`. */
export const orderDraft = z.strictObject({
  customer: name,
  sku: name,
  quantity: z.int().min(1).max(MAX_QUANTITY).default(1),
  priceCents: z.int().min(0).max(MAX_PRICE_CENTS),
});
export type OrderDraft = z.output<typeof orderDraft>;

/** The parameters of `GET /shop/v1/orders/:id`. */
export const orderParams = z.object({ id: z.uuid() });
export type OrderParams = z.output<typeof orderParams>;
