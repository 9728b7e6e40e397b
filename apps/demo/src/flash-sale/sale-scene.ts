import { join } from 'node:path';
import { Scene } from '../scene.js';

/** How many pieces there are. */
export const STOCK = 10;
/** How many purchases may wait: fewer than buyers come. */
export const MAX_WAITING = 400;
/** How many purchases a worker decides at a time. */
export const CONCURRENCY = 8;

/** A gateway, two workers, and a NATS server. */
export class SaleScene extends Scene {
  constructor() {
    super({ name: 'worker of a flash sale', subject: 'flash-sale.items.find' });
  }

  /** Starts the gateway, and waits until it is ready. @returns its address */
  startGateway(): Promise<string> {
    return this.startApp('gateway', 'gateway');
  }

  /** Starts two workers at once, and waits until they are ready. */
  async startWorkers(): Promise<void> {
    await Promise.all(['worker-a', 'worker-b'].map((name) => this.startApp(name, 'worker')));
  }

  private startApp(name: string, role: 'gateway' | 'worker'): Promise<string> {
    const app = this.start(name, 'flash-sale', {
      PORT: '0',
      FLASH_SALE_ROLES: role,
      FLASH_SALE_NAME: name,
      FLASH_SALE_ITEMS: `mug:${STOCK},tea:100`,
      FLASH_SALE_MAX_WAITING: `${MAX_WAITING}`,
      FLASH_SALE_CONCURRENCY: `${CONCURRENCY}`,
      // a slow machine may take its time for all of them at once
      FLASH_SALE_TIMEOUT_MS: '15000',
      DATABASE_FILE: join(this.folder, 'flash-sale.sqlite'),
    });
    return app.ready();
  }
}
