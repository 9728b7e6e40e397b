export { natsTracing } from './tracing.js';
export type { NatsTracingOptions } from './tracing-options.js';
export { natsMetrics } from './metrics.js';
export type { NatsMetricsOptions } from './metrics-options.js';
export { NATS_METRICS, type MetricEntry } from './metric-table.js';
