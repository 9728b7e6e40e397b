import { setTimeout as sleep } from 'node:timers/promises';
import { type INestApplication, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { isNatsTransportError, NatsStrategy } from 'nestjs-nats';
import type { Subscription } from 'rxjs';
import { Shutdown } from '../lifecycle/shutdown.js';

const RETRY_AFTER_MS = 1000;

/** Starts the handlers of NATS messages when a server is there, and knows how that stands. */
@Injectable()
export class NatsListener implements OnModuleDestroy {
  private readonly logger = new Logger(NatsListener.name);
  private readonly watch: Subscription;
  private isConnected = false;
  private hasStarted = false;

  constructor(
    strategy: NatsStrategy,
    private readonly shutdown: Shutdown,
  ) {
    this.watch = strategy.status.subscribe((status) => {
      this.isConnected = status === 'connected';
    });
  }

  /** Whether messages arrive at this moment. */
  get isListening(): boolean {
    return this.hasStarted && this.isConnected;
  }

  /**
   * Starts the handlers, and tries again every second while no server is there: what the app has to
   * show over HTTP is worth having before. Once started, they stay: reconnecting is the transport's.
   *
   * @throws NatsTransportError for whatever waiting does not mend
   */
  async start(app: INestApplication): Promise<void> {
    const { signal } = this.shutdown;
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        await app.startAllMicroservices();
        this.hasStarted = true;
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (!isNatsTransportError(error, 'CONNECTION_FAILED')) throw error;
        if (attempt === 1) this.logger.warn(`Waiting for NATS: ${error.message}`);
      }
      await sleep(RETRY_AFTER_MS, undefined, { ref: false });
    }
  }

  onModuleDestroy(): void {
    this.watch.unsubscribe();
  }
}
