import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { BatchFailure, Consume, Terminate } from 'nestjs-nats';
import { progressMessage, STEPS } from './order-message.js';
import { SHOP_ORDERS } from './order-stream.js';
import { OrderRepository } from './order.repository.js';

/** Hears from the workers how far orders are. */
@Controller()
export class ProgressController {
  constructor(private readonly orders: OrderRepository) {}

  /** Stores as much news as there is, with one statement for each step. */
  @Consume('shop.orders.progressed', {
    stream: SHOP_ORDERS.name,
    durable: 'shop-progress',
    batch: { size: 100, maxWaitMs: 20 },
    ackWaitMs: 2000,
    // the database is at fault, and will come back
    retry: { attempts: Infinity, maxMs: 5000 },
  })
  async onProgress(@Payload() payloads: readonly unknown[]): Promise<BatchFailure | undefined> {
    const read = payloads.map((payload) => progressMessage.safeParse(payload));
    for (const step of STEPS) {
      const ids = read.flatMap(({ data }) => (data?.step === step ? [data.orderId] : []));
      if (ids.length > 0) await this.orders.markDone(step, ids);
    }
    const failed = read.flatMap(({ error }, index) =>
      error ? [{ index, error: new Terminate(`is no progress: ${error.message}`) }] : [],
    );
    return failed.length > 0 ? new BatchFailure(failed) : undefined;
  }
}
