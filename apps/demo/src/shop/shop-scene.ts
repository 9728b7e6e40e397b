import { join } from 'node:path';
import { Scene } from '../scene.js';

/** The steps of an order that a worker does, each in a process of its own. */
export const STEPS = ['points', 'coupon', 'notification'] as const;

/** A shop, a worker for each step, and a NATS server. */
export class ShopScene extends Scene {
  constructor() {
    super({ name: 'worker of a shop', subject: 'shop.steps.find' });
  }

  /** Starts everything at once, and waits until it is ready. @returns the address of the shop */
  async startApps(): Promise<string> {
    const env = { PORT: '0', DATABASE_FILE: join(this.folder, 'shop.sqlite') };
    const shop = this.start('shop', 'shop', env);
    const [url] = await Promise.all([shop.ready(), ...STEPS.map((step) => this.startWorker(step))]);
    return url;
  }

  /** Starts a worker, and waits until it is ready. */
  async startWorker(step: string): Promise<void> {
    const worker = this.start(step, 'shop-worker', {
      PORT: '0',
      SHOP_WORKER: step,
      SHOP_WORKER_NAME: step,
      DATABASE_FILE: join(this.folder, 'shop-worker.sqlite'),
    });
    await worker.ready();
  }

  /** Ends a worker in order. */
  async stopWorker(step: string): Promise<void> {
    await this.remove(step).stop();
  }
}
