import { type DynamicModule, Module, StandardSchemaValidationPipe } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { ClientCheck } from 'app-kit/nats/client-check';
import { type NatsInterceptor, NatsModule } from 'nestjs-nats';
import { NatsHealthIndicator } from 'nestjs-nats/terminus';
import { AGENT_CONFIG, type AgentConfig } from './config/agent.config.js';
import { FirstDial } from './health/first-dial.js';
import { HealthController } from './health/health.controller.js';
import { AnswerFilter } from './http/answer.filter.js';
import { Rejections } from './report/rejections.js';
import { REPORTS } from './report/report-stream.js';
import { ReportController } from './report/report.controller.js';
import { ReportService } from './report/report.service.js';

/** The agent: HTTP in, publish only. It has no subscriptions. */
@Module({})
export class AppModule {
  /** @param interceptors stand around every report that is published */
  static forConfig(config: AgentConfig, interceptors: NatsInterceptor[] = []): DynamicModule {
    return {
      module: AppModule,
      imports: [
        TerminusModule,
        NatsModule.forRoot({
          ...config.nats,
          name: 'agent',
          streams: [REPORTS],
          interceptors,
          connectTimeoutMs: config.publishTimeoutMs,
        }),
      ],
      controllers: [ReportController, HealthController],
      providers: [
        ClientCheck,
        FirstDial,
        NatsHealthIndicator,
        Rejections,
        ReportService,
        { provide: AGENT_CONFIG, useValue: config },
        { provide: APP_FILTER, useClass: AnswerFilter },
        { provide: APP_PIPE, useValue: new StandardSchemaValidationPipe() },
      ],
    };
  }
}
