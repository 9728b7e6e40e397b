import { natsMetrics, natsTracing } from 'nestjs-nats/otel';
import { nestjsNats } from './nestjs-nats.js';

/** The same with tracing and metrics in its options, and nobody who records them. */
export const subject = nestjsNats([natsTracing(), natsMetrics()]);
