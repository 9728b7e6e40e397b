import { Controller, type Type } from '@nestjs/common';
import { Payload, RpcException } from '@nestjs/microservices';
import { Consume, InjectNatsClient, NatsClient, Respond } from 'nestjs-nats';
import { cancelMessage, orderMessage, type Step } from './order-message.js';
import type { CancelMessage, OrderMessage, ProgressMessage } from './order-message.js';
import { SHOP_ORDERS } from './order-stream.js';
import { StepService } from './step.service.js';

/** The payload is checked and the work idempotent: what fails is the database or NATS, which come back. */
const UNTIL_IT_WORKS = { attempts: Infinity, maxMs: 5000 };

/**
 * Makes the controller of a step: it answers those who wait for the step, and does it for orders of
 * the stream. Of all processes with this step exactly one gets each message at a time.
 */
export function stepController(step: Step): Type {
  @Controller()
  class StepController {
    constructor(
      private readonly steps: StepService,
      @InjectNatsClient() private readonly nats: NatsClient,
    ) {}

    /** Does the step while the caller waits. */
    @Respond(`shop.steps.${step}`, { queue: `shop-${step}` })
    async answer(@Payload({ schema: orderMessage }) order: OrderMessage): Promise<ProgressMessage> {
      const progress = await this.steps.take(step, order);
      if (progress) return progress;
      throw new RpcException({
        code: 'CANCELLED',
        message: 'the order was cancelled',
        status: 409,
      });
    }

    /** Does the step for an order of the stream, and tells the shop before the order is acknowledged. */
    @Consume('shop.orders.created', {
      stream: SHOP_ORDERS.name,
      durable: `shop-${step}`,
      // what a process has not done when it is killed, another does this much later
      ackWaitMs: 2000,
      retry: UNTIL_IT_WORKS,
    })
    async onCreated(@Payload({ schema: orderMessage }) order: OrderMessage): Promise<void> {
      const progress = await this.steps.take(step, order);
      if (!progress) return;
      const msgId = `${order.orderId}-${step}`;
      await this.nats.publish('shop.orders.progressed', progress, { msgId });
    }

    /** Undoes the step, also when it is not done yet. */
    @Consume('shop.orders.cancelled', {
      stream: SHOP_ORDERS.name,
      durable: `shop-${step}-cancelled`,
      ackWaitMs: 2000,
      retry: UNTIL_IT_WORKS,
    })
    onCancelled(@Payload({ schema: cancelMessage }) { orderId }: CancelMessage): Promise<void> {
      return this.steps.cancel(step, orderId);
    }
  }
  return StepController;
}
