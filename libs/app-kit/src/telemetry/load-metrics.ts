import type { Metrics } from './start-metrics.js';

/**
 * Starts to measure, or gives nothing. OpenTelemetry is loaded when it is wanted, and else not needed.
 *
 * @param exporter who gets the metrics
 */
export async function loadMetrics(exporter: 'none' | 'prometheus'): Promise<Metrics | undefined> {
  if (exporter === 'none') return undefined;
  const { startMetrics } = await import('./start-metrics.js');
  return startMetrics();
}
