import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { NatsHealthIndicator } from 'nestjs-nats/terminus';
import { HealthController, PROBES, type Probes } from './health.controller.js';
import type { ReadinessCheck } from './readiness-check.js';

/** What {@link HealthModule.forRoot} is told. */
export interface HealthOptions {
  /** What the app needs; made with what the app provides to all of its modules. */
  readonly checks: readonly Type<ReadinessCheck>[];
  /** Stands beside the status in what the probes answer. Default: nothing. */
  readonly details?: Readonly<Record<string, string>>;
}

/** Answers the probes of an orchestrator: `GET /healthz` and `GET /readyz`. */
@Module({})
export class HealthModule {
  static forRoot({ checks, details = {} }: HealthOptions): DynamicModule {
    return {
      module: HealthModule,
      imports: [TerminusModule],
      controllers: [HealthController],
      providers: [
        NatsHealthIndicator,
        ...checks,
        {
          provide: PROBES,
          inject: [...checks],
          useFactory: (...made: ReadinessCheck[]): Probes => ({ checks: made, details }),
        },
      ],
    };
  }
}
