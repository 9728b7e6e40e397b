import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { SHOP_WORKER_CONFIG } from '../config/shop-worker.config.js';
import type { ShopWorkerConfig } from '../config/shop-worker.config.js';
import { FinishedStepRepository } from './finished-step.repository.js';
import type { OrderMessage, ProgressMessage, Step } from './order-message.js';
import { WORK } from './work.js';

/** Does steps, each once for an order, however often it is asked to. */
@Injectable()
export class StepService {
  constructor(
    private readonly finished: FinishedStepRepository,
    @Inject(SHOP_WORKER_CONFIG) private readonly config: ShopWorkerConfig,
  ) {}

  /**
   * Does a step, unless it is done.
   *
   * @returns what came of it, or nothing when the order was cancelled
   */
  async take(step: Step, order: OrderMessage): Promise<ProgressMessage | undefined> {
    const { orderId } = order;
    const known = await this.finished.find({ step, orderId });
    const { outcome } = known ?? (await this.work(step, order));
    return outcome === null ? undefined : { orderId, step, outcome };
  }

  /** Undoes a step. */
  cancel(step: Step, orderId: string): Promise<void> {
    return this.finished.cancel({ step, orderId });
  }

  private async work(step: Step, order: OrderMessage) {
    // stands for the work of a real service
    await sleep(this.config.stepMs);
    return this.finished.finish({ step, orderId: order.orderId }, WORK[step](order));
  }
}
