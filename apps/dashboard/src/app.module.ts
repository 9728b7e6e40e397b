import { type DynamicModule, Module, StandardSchemaValidationPipe } from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { HealthModule } from 'app-kit/health/health.module';
import { Shutdown } from 'app-kit/lifecycle/shutdown';
import { NatsListener } from 'app-kit/nats/nats-listener';
import { StrategyCheck } from 'app-kit/nats/strategy-check';
import { type NatsInterceptor, NatsModule } from 'nestjs-nats';
import { AgentClient } from './agent/agent-client.js';
import { DASHBOARD_CONFIG, type DashboardConfig } from './config/dashboard.config.js';
import { DashboardController } from './http/dashboard.controller.js';
import { LiveFeed } from './live/live-feed.js';
import { LiveController } from './live/live.controller.js';
import { Rejections } from './live/rejections.js';
import { SaverQueries } from './saver/saver-queries.js';
import { Snapshots } from './snapshot/snapshots.js';

/** The dashboard: listens in on reports, asks the savers, and shows both to browsers. */
@Module({})
export class AppModule {
  /** @param interceptors stand around every question, and every message that is heard */
  static forConfig(config: DashboardConfig, interceptors: NatsInterceptor[] = []): DynamicModule {
    return {
      module: AppModule,
      imports: [
        NatsModule.forRoot({
          ...config.nats,
          name: 'dashboard',
          interceptors,
          connectTimeoutMs: 2000,
        }),
        HealthModule.forRoot({ checks: [StrategyCheck] }),
      ],
      controllers: [DashboardController, LiveController],
      providers: [
        AgentClient,
        LiveFeed,
        NatsListener,
        Rejections,
        SaverQueries,
        Shutdown,
        Snapshots,
        { provide: DASHBOARD_CONFIG, useValue: config },
        { provide: APP_PIPE, useValue: new StandardSchemaValidationPipe() },
      ],
    };
  }
}
