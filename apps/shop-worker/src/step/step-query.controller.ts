import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { Respond } from 'nestjs-nats';
import { z } from 'zod';
import type { FinishedStep } from './finished-step.entity.js';
import { FinishedStepRepository } from './finished-step.repository.js';

/** Most orders in one query. */
const MAX_ORDERS = 100;

const query = z.object({ orderIds: z.array(z.uuid()).min(1).max(MAX_ORDERS) });
type Query = z.output<typeof query>;

/** Answers questions about what is done. Every process on the same database gives the same answers. */
@Controller()
export class StepQueryController {
  constructor(private readonly finished: FinishedStepRepository) {}

  /** Gives the rows of some orders. */
  @Respond('shop.steps.find', { queue: 'shop-steps' })
  find(@Payload({ schema: query }) { orderIds }: Query): Promise<FinishedStep[]> {
    return this.finished.findOf(orderIds);
  }
}
