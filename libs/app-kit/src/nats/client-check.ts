import { Injectable } from '@nestjs/common';
import { InjectNatsClient, NatsClient } from 'nestjs-nats';
import { NatsHealthIndicator } from 'nestjs-nats/terminus';
import type { ReadinessCheck } from '../health/readiness-check.js';
import { faultOf, NATS_FAILURE } from './target-fault.js';

/**
 * Needs messages to get out. It dials when nothing has done so yet: an app that is not ready gets no work that would
 * make it dial.
 */
@Injectable()
export class ClientCheck implements ReadinessCheck {
  readonly failure = NATS_FAILURE;

  constructor(
    @InjectNatsClient() private readonly client: NatsClient,
    private readonly health: NatsHealthIndicator,
  ) {}

  fault(): Promise<string | undefined> {
    return faultOf(this.health, this.client);
  }
}
