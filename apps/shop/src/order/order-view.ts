import type { Order } from './order.entity.js';
import { type OrderMessage, type Step, STEPS } from './order-message.js';

/** Whether a step is done. */
export type StepState = 'pending' | 'done';

/** An order as it is shown. */
export interface OrderView extends Pick<
  Order,
  'id' | 'customer' | 'sku' | 'quantity' | 'totalCents' | 'mode' | 'createdAt'
> {
  readonly steps: Readonly<Record<Step, StepState>>;
}

/** Shows an order. */
export function orderView(order: Order): OrderView {
  const { id, customer, sku, quantity, totalCents, mode, createdAt } = order;
  const states = STEPS.map((step): [Step, StepState] => [step, order[step] ? 'done' : 'pending']);
  const steps = Object.fromEntries(states) as Record<Step, StepState>;
  return { id, customer, sku, quantity, totalCents, mode, createdAt, steps };
}

/** Makes the message about an order. */
export function messageOf(order: Order): OrderMessage {
  const { id: orderId, customer, sku, quantity, totalCents, createdAt } = order;
  return { orderId, customer, sku, quantity, totalCents, createdAt };
}
