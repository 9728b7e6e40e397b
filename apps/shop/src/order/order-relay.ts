import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import { SHOP_CONFIG } from '../config/shop.config.js';
import type { ShopConfig } from '../config/shop.config.js';
import { OrderEvents } from './order-events.js';
import { OrderRepository } from './order.repository.js';

const EVERY_MS = 1000;
/** What a request takes at most besides waiting for the stream. */
const SLACK_MS = 1000;
const AT_ONCE = 100;

/**
 * Announces orders of which nobody knows whether the stream has them: the acknowledgement did not
 * come, or the process ended before it. The stream and the workers know an order they have seen.
 */
@Injectable()
export class OrderRelay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(OrderRelay.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly orders: OrderRepository,
    private readonly events: OrderEvents,
    @Inject(SHOP_CONFIG) private readonly config: ShopConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.start();
  }

  /** Waits for the round under way: the database and the connection are still there. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private start(): void {
    this.running = this.run();
  }

  private async run(): Promise<void> {
    try {
      // younger ones are still being announced by the requests that made them
      const before = new Date(Date.now() - 2 * this.config.stepTimeoutMs - SLACK_MS);
      for (const order of await this.orders.findUnannounced(before, AT_ONCE)) {
        await this.events.announce(order);
        await this.orders.markAnnounced(order.id);
        this.logger.log(`Order ${order.id} is announced now`);
      }
    } catch (error) {
      this.logger.warn(`Orders wait to be announced: ${String(error)}`);
    }
    if (!this.stopped) this.timer = setTimeout(() => this.start(), EVERY_MS);
  }
}
