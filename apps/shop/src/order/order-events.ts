import { Inject, Injectable } from '@nestjs/common';
import { InjectNatsClient, NatsClient } from 'nestjs-nats';
import { SHOP_CONFIG } from '../config/shop.config.js';
import type { ShopConfig } from '../config/shop.config.js';
import type { Order } from './order.entity.js';
import type { CancelMessage, ProgressMessage, Step } from './order-message.js';
import { messageOf } from './order-view.js';

/** Tells the workers of orders: asks them, or puts an event into the stream. */
@Injectable()
export class OrderEvents {
  constructor(
    @InjectNatsClient() private readonly nats: NatsClient,
    @Inject(SHOP_CONFIG) private readonly config: ShopConfig,
  ) {}

  /** Has a step done, and waits for it. */
  async request(step: Step, order: Order): Promise<void> {
    const timeoutMs = this.config.stepTimeoutMs;
    await this.nats.request<ProgressMessage>(`shop.steps.${step}`, messageOf(order), { timeoutMs });
  }

  /** Resolves when the stream has the order. Announcing it again is the same as once. */
  async announce(order: Order): Promise<void> {
    await this.publish('shop.orders.created', messageOf(order), `${order.id}-created`);
  }

  /** Has undone whatever the workers have done for an order, or would do later. */
  async cancel(orderId: string): Promise<void> {
    const message: CancelMessage = { orderId };
    await this.publish('shop.orders.cancelled', message, `${orderId}-cancelled`);
  }

  private async publish(subject: string, message: unknown, msgId: string): Promise<void> {
    await this.nats.publish(subject, message, { msgId, timeoutMs: this.config.stepTimeoutMs });
  }
}
