import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { NatsInterceptor } from 'nestjs-nats';
import { natsTracing } from 'nestjs-nats/otel';
import { LinePrinter } from './line-printer.js';

/**
 * Starts OpenTelemetry for this process. Spans are printed; for a collector, put its exporter in
 * place of the printer.
 *
 * @param service names the process in its spans
 * @returns what the NATS module is given, so that it traces
 */
export function startTracing(service: string): NatsInterceptor[] {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(
    new CompositePropagator({
      propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
    }),
  );
  const printed = new SimpleSpanProcessor(new LinePrinter(service));
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [printed] }));
  return [natsTracing()];
}
