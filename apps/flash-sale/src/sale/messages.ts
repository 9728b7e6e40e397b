import { z } from 'zod';

/** What travels on `flash-sale.purchases.<item>`. */
export const purchaseMessage = z.object({
  ticket: z.string().min(1),
  item: z.string().min(1),
  user: z.string().min(1),
});
export type Purchase = z.output<typeof purchaseMessage>;

/** What a purchase comes to; each is final. */
export const OUTCOMES = ['won', 'sold-out', 'already-bought'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What `flash-sale.tickets.find` answers. */
export const decisionMessage = z.object({
  /** Nothing: not decided yet. */
  outcome: z.enum(OUTCOMES).nullable(),
  /** The order, of one who has won. */
  order: z.string().nullable(),
});
export type Decision = z.output<typeof decisionMessage>;

/** What `flash-sale.items.find` answers. */
export const itemMessage = z.object({
  stock: z.int(),
  left: z.int(),
  orders: z.int(),
  /** How many purchases came to what. */
  decided: z.record(z.enum(OUTCOMES), z.int()),
});
export type ItemState = z.output<typeof itemMessage>;
