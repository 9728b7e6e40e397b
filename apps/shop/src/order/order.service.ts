import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { SHOP_CONFIG } from '../config/shop.config.js';
import type { ShopConfig } from '../config/shop.config.js';
import type { Order } from './order.entity.js';
import { OrderEvents } from './order-events.js';
import { announceFault, mayBeStored, stepFault } from './order-fault.js';
import { type Step, STEPS } from './order-message.js';
import { OrderRepository } from './order.repository.js';
import type { Mode, OrderDraft } from './order.schema.js';
import { Stopwatch } from './stopwatch.js';

/** An order that was taken, and how long it took. */
export interface Placed {
  readonly order: Order;
  readonly stopwatch: Stopwatch;
}

/** Takes orders, in one of three ways. */
@Injectable()
export class OrderService {
  private readonly logger = new Logger(OrderService.name);

  constructor(
    private readonly orders: OrderRepository,
    private readonly events: OrderEvents,
    @Inject(SHOP_CONFIG) private readonly config: ShopConfig,
  ) {}

  /**
   * Creates an order and has its steps done, or announced.
   *
   * @throws ServiceUnavailableException or BadGatewayException when that fails; the order is gone then
   * or, if nobody can know whether it was announced, goes on later
   */
  async place(draft: OrderDraft, mode: Mode): Promise<Placed> {
    const stopwatch = new Stopwatch();
    const order = await stopwatch.time('order', () => this.create(draft, mode));
    if (mode === 'async') {
      await stopwatch.time('publish', () => this.announce(order));
    } else {
      await this.doSteps(order, stopwatch);
    }
    return { order, stopwatch };
  }

  private async create(draft: OrderDraft, mode: Mode): Promise<Order> {
    // stands for the work of a real service
    await sleep(this.config.stepMs);
    const { priceCents, ...wanted } = draft;
    const order: Order = {
      ...wanted,
      id: randomUUID(),
      totalCents: wanted.quantity * priceCents,
      mode,
      createdAt: new Date().toISOString(),
      announced: false,
      points: false,
      coupon: false,
      notification: false,
    };
    await this.orders.insert(order);
    return order;
  }

  /** The order counts once the stream has it. */
  private async announce(order: Order): Promise<void> {
    try {
      await this.events.announce(order);
    } catch (error) {
      this.logger.warn(`Order ${order.id} was not announced: ${String(error)}`);
      // what may be in the stream is kept: the relay announces it again
      if (!mayBeStored(error)) await this.orders.remove(order.id);
      throw announceFault(error, order.id);
    }
    await this.orders.markAnnounced(order.id);
  }

  private async doSteps(order: Order, stopwatch: Stopwatch): Promise<void> {
    const take = (step: Step) => stopwatch.time(step, () => this.doStep(step, order));
    try {
      if (order.mode === 'serial') for (const step of STEPS) await take(step);
      else await allOf(STEPS.map(take));
      await this.orders.markAllDone(order.id);
    } catch (error) {
      await this.takeBack(order.id);
      throw error;
    }
    for (const step of STEPS) order[step] = true;
  }

  private async doStep(step: Step, order: Order): Promise<void> {
    try {
      await this.events.request(step, order);
    } catch (error) {
      this.logger.warn(`Order ${order.id} failed at ${step}: ${String(error)}`);
      throw stepFault(step, error);
    }
  }

  /** Removes an order, and undoes the steps that are done or under way. */
  private async takeBack(id: string): Promise<void> {
    await this.orders.remove(id);
    try {
      await this.events.cancel(id);
    } catch (error) {
      this.logger.error(
        `The steps of order ${id}, which failed, were not undone: ${String(error)}`,
      );
    }
  }
}

/** Waits for all of several parts, also when one has failed. @throws what the first that failed did */
async function allOf(parts: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(parts);
  await Promise.all(parts);
}
