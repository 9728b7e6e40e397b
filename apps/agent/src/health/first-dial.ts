import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { ClientCheck } from 'app-kit/nats/client-check';

/** Dials once at the start, so that the log tells of a missing server before the first report does. */
@Injectable()
export class FirstDial implements OnApplicationBootstrap {
  private readonly logger = new Logger(FirstDial.name);

  constructor(private readonly nats: ClientCheck) {}

  onApplicationBootstrap(): void {
    // nobody waits for it: the agent starts whether NATS is there or not
    void this.dial();
  }

  private async dial(): Promise<void> {
    const fault = await this.nats.fault();
    if (fault !== undefined) this.logger.warn(`Reports get 503 for now: ${fault}`);
  }
}
