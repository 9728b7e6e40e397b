import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import { SHOP_WORKER_CONFIG } from '../config/shop-worker.config.js';
import type { ShopWorkerConfig } from '../config/shop-worker.config.js';
import { FinishedStep } from './finished-step.entity.js';

/** A step of an order. */
export type StepKey = Pick<FinishedStep, 'step' | 'orderId'>;

/**
 * Stores which steps are done. Every change is one statement: SQLite has one connection, on which
 * the handlers of several messages would share a transaction.
 */
@Injectable()
export class FinishedStepRepository {
  constructor(
    @InjectRepository(FinishedStep) private readonly steps: Repository<FinishedStep>,
    @Inject(SHOP_WORKER_CONFIG) private readonly config: ShopWorkerConfig,
  ) {}

  /** The row of a step, if there is one. */
  find(key: StepKey): Promise<FinishedStep | null> {
    return this.steps.findOneBy(key);
  }

  /** The rows of some orders. */
  findOf(orderIds: readonly string[]): Promise<FinishedStep[]> {
    return this.steps.find({ where: { orderId: In([...orderIds]) }, order: { doneAt: 'ASC' } });
  }

  /**
   * Stores that a step is done, unless that is stored already or the order was cancelled.
   *
   * @returns what is stored from now on
   */
  async finish({ step, orderId }: StepKey, outcome: string): Promise<FinishedStep> {
    await this.steps
      .createQueryBuilder()
      .insert()
      .values(this.row({ step, orderId }, outcome))
      .orIgnore()
      .updateEntity(false)
      .execute();
    return this.steps.findOneByOrFail({ step, orderId });
  }

  /** Undoes a step, or sees to it that it is not done later. */
  async cancel(key: StepKey): Promise<void> {
    await this.steps.upsert(this.row(key, null), ['step', 'orderId']);
  }

  private row({ step, orderId }: StepKey, outcome: string | null): FinishedStep {
    return { step, orderId, outcome, doneBy: this.config.name, doneAt: new Date().toISOString() };
  }
}
