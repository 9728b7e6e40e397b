import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { NatsStrategy } from 'nestjs-nats';
import type { Subscription } from 'rxjs';

/** Knows whether NATS is there at this moment. */
@Injectable()
export class NatsStatusWatch implements OnModuleDestroy {
  private connected = false;
  private readonly watch: Subscription;

  constructor(strategy: NatsStrategy) {
    this.watch = strategy.status.subscribe((status) => {
      this.connected = status === 'connected';
    });
  }

  get isConnected(): boolean {
    return this.connected;
  }

  onModuleDestroy(): void {
    this.watch.unsubscribe();
  }
}
