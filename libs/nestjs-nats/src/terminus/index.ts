export { NatsHealthIndicator } from './nats-health.indicator.js';
export type { NatsHealthTarget, ReadinessCheckOptions } from './health-target.js';
export type { DurableCheckOptions } from './durable-verdict.js';
export type { ConnectionHealth, DurableHealth } from './health-result.js';
