import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { NatsStrategy, Terminate } from 'nestjs-nats';
import { FLASH_SALE_CONFIG } from '../config/flash-sale.config.js';
import type { FlashSaleConfig } from '../config/flash-sale.config.js';
import { purchaseMessage } from '../sale/messages.js';
import { FLASH_SALE } from '../sale/sale-stream.js';
import { SaleRepository } from './sale.repository.js';

/** What a process has done so far. */
export interface DeskStats {
  readonly name: string;
  readonly handled: number;
  /** The most purchases it worked on at the same time. */
  readonly peak: number;
}

/**
 * Works on the purchases of the queue, as many at a time as the configuration says, however many
 * wait. That number is why it registers itself: a decorator would have to know it.
 */
@Injectable()
export class SaleDesk implements OnModuleInit {
  private handled = 0;
  private underWay = 0;
  private peak = 0;

  constructor(
    private readonly strategy: NatsStrategy,
    private readonly sale: SaleRepository,
    @Inject(FLASH_SALE_CONFIG) private readonly config: FlashSaleConfig,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.sale.offer(this.config.items);
    await this.strategy.registerSubscriber(
      'flash-sale.purchases.*',
      (payload: unknown) => this.work(payload),
      {
        stream: FLASH_SALE,
        durable: 'flash-sale-worker',
        concurrency: this.config.concurrency,
        // what a process has not decided when it is killed, another decides this much later
        ackWaitMs: 2000,
        // the database is at fault, and will come back
        retry: { attempts: Infinity, maxMs: 5000 },
      },
    );
  }

  get stats(): DeskStats {
    return { name: this.config.name, handled: this.handled, peak: this.peak };
  }

  private async work(payload: unknown): Promise<void> {
    const read = purchaseMessage.safeParse(payload);
    if (!read.success) throw new Terminate(`is no purchase: ${read.error.message}`);
    this.peak = Math.max(this.peak, ++this.underWay);
    try {
      // stands for the work of a real shop: checking the payment, say
      await sleep(this.config.workMs);
      await this.sale.decide(read.data);
      this.handled++;
    } finally {
      this.underWay--;
    }
  }
}
