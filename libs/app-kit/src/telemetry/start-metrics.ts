import { Logger } from '@nestjs/common';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import type { RequestHandler } from 'express';
import type { NatsInterceptor } from 'nestjs-nats';
import { natsMetrics } from 'nestjs-nats/otel';
import { PROMETHEUS_TYPE, prometheusText } from './prometheus-text.js';

/** What an app is given, so that it measures. */
export interface Metrics {
  /** For the NATS module. */
  readonly interceptors: NatsInterceptor[];
  /** Answers with what was measured so far. */
  readonly page: RequestHandler;
}

/** Collects when it is asked to. */
class ReaderOnDemand extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

/** Starts to measure what goes through NATS, for a page that Prometheus asks for. */
export function startMetrics(): Metrics {
  const logger = new Logger('Metrics');
  const reader = new ReaderOnDemand();
  const meterProvider = new MeterProvider({ readers: [reader] });
  return {
    interceptors: [natsMetrics({ meterProvider })],
    page: async (_request, response) => {
      const { resourceMetrics, errors } = await reader.collect();
      // those that could be collected are there all the same
      for (const error of errors)
        logger.warn(`Not all metrics could be collected: ${String(error)}`);
      const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
      response.type(PROMETHEUS_TYPE).send(prometheusText(metrics));
    },
  };
}
