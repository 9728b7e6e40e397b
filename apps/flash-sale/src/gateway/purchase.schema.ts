import { z } from 'zod';

/** Longest name of a user, in characters. */
const MAX_NAME_CHARS = 64;

/** The body of `POST /flash-sale/v1/items/:item/buy`. */
export const purchaseDraft = z.object({
  user: z
    .string()
    .trim()
    .min(1)
    .max(MAX_NAME_CHARS)
    .regex(/^[^\p{Cc}]*$/u, 'must not hold control characters'),
});
export type PurchaseDraft = z.output<typeof purchaseDraft>;
