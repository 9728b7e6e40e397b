import { Injectable } from '@nestjs/common';
import { NatsStrategy } from 'nestjs-nats';
import { NatsHealthIndicator } from 'nestjs-nats/terminus';
import type { ReadinessCheck } from '../health/readiness-check.js';
import { faultOf, NATS_FAILURE } from './target-fault.js';

/** Needs messages to get through to the handlers. */
@Injectable()
export class StrategyCheck implements ReadinessCheck {
  readonly failure = NATS_FAILURE;

  constructor(
    private readonly strategy: NatsStrategy,
    private readonly health: NatsHealthIndicator,
  ) {}

  fault(): Promise<string | undefined> {
    return faultOf(this.health, this.strategy);
  }
}
