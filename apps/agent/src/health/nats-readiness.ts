import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectNatsClient, NatsClient } from 'nestjs-nats';
import { NatsHealthIndicator } from 'nestjs-nats/terminus';

/** Knows whether reports can be passed on at this moment. */
@Injectable()
export class NatsReadiness implements OnApplicationBootstrap {
  private readonly logger = new Logger(NatsReadiness.name);

  constructor(
    @InjectNatsClient() private readonly client: NatsClient,
    private readonly health: NatsHealthIndicator,
  ) {}

  /** Dials once, so that the log tells of a missing server before the first report does. */
  onApplicationBootstrap(): void {
    void this.warnWhenNotReady();
  }

  /**
   * Says why reports cannot be passed on, or nothing when they can: the server has just answered. It
   * dials when there has been no connection yet: an agent that is not ready gets no reports that would
   * make it dial.
   */
  async fault(): Promise<string | undefined> {
    const { nats } = await this.health.readiness('nats', this.client);
    return nats.status === 'up' ? undefined : (nats.reasons ?? []).join(' ');
  }

  private async warnWhenNotReady(): Promise<void> {
    const fault = await this.fault();
    if (fault !== undefined) this.logger.warn(`Reports get 503 for now: ${fault}`);
  }
}
