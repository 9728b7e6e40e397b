import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, LessThan, Repository } from 'typeorm';
import { Order } from './order.entity.js';
import { type Step, STEPS } from './order-message.js';

/**
 * Stores orders. Every change is one statement: SQLite has one connection, on which several requests
 * would share a transaction.
 */
@Injectable()
export class OrderRepository {
  constructor(@InjectRepository(Order) private readonly orders: Repository<Order>) {}

  async insert(order: Order): Promise<void> {
    await this.orders.insert(order);
  }

  find(id: string): Promise<Order | null> {
    return this.orders.findOneBy({ id });
  }

  async remove(id: string): Promise<void> {
    await this.orders.delete({ id });
  }

  /** Stores that the stream has an order. */
  async markAnnounced(id: string): Promise<void> {
    await this.orders.update({ id }, { announced: true });
  }

  /** Stores that a step of some orders is done. */
  async markDone(step: Step, ids: readonly string[]): Promise<void> {
    await this.orders.update({ id: In([...ids]) }, { [step]: true });
  }

  /** Stores that all steps of an order are done. */
  async markAllDone(id: string): Promise<void> {
    await this.orders.update({ id }, Object.fromEntries(STEPS.map((step) => [step, true])));
  }

  /** The oldest orders of which nobody knows whether the stream has them. */
  findUnannounced(createdBefore: Date, limit: number): Promise<Order[]> {
    return this.orders.find({
      where: { mode: 'async', announced: false, createdAt: LessThan(createdBefore.toISOString()) },
      order: { createdAt: 'ASC' },
      take: limit,
    });
  }
}
