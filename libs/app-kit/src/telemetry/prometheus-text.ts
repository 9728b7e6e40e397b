import type { Attributes } from '@opentelemetry/api';
import { DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';

/** What a unit adds to a name; one in braces says what is counted, and adds nothing. */
const UNIT_SUFFIX: Readonly<Record<string, string>> = { s: '_seconds', By: '_bytes' };

/** The content type of {@link prometheusText}. */
export const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Writes metrics as Prometheus reads them, under the names that its own receiver gives them:
 * `messaging.process.duration` in `s` is `messaging_process_duration_seconds`.
 */
export function prometheusText(metrics: readonly MetricData[]): string {
  return metrics
    .flatMap((metric) => {
      const { type, name } = familyOf(metric);
      const help = escaped(metric.descriptor.description);
      return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samplesOf(metric, name)];
    })
    .map((line) => `${line}\n`)
    .join('');
}

function familyOf(metric: MetricData): { type: string; name: string } {
  const { name, unit } = metric.descriptor;
  const base = underscored(name) + (UNIT_SUFFIX[unit] ?? '');
  switch (metric.dataPointType) {
    case DataPointType.SUM:
      return metric.isMonotonic
        ? { type: 'counter', name: `${base}_total` }
        : { type: 'gauge', name: base };
    case DataPointType.GAUGE:
      return { type: 'gauge', name: base };
    case DataPointType.HISTOGRAM:
      return { type: 'histogram', name: base };
    default:
      // exponential: its buckets have no place in this format: what is left is how many, and their sum
      return { type: 'summary', name: base };
  }
}

function samplesOf(metric: MetricData, name: string): string[] {
  switch (metric.dataPointType) {
    case DataPointType.SUM:
    case DataPointType.GAUGE:
      return metric.dataPoints.map(({ attributes, value }) => sample(name, attributes, value));
    case DataPointType.HISTOGRAM:
      return metric.dataPoints.flatMap(({ attributes, value: { buckets, count, sum = 0 } }) => {
        let below = 0;
        return [
          ...buckets.boundaries.map((le, index) => {
            below += buckets.counts[index] ?? 0;
            return sample(`${name}_bucket`, { ...attributes, le }, below);
          }),
          sample(`${name}_bucket`, { ...attributes, le: '+Inf' }, count),
          sample(`${name}_sum`, attributes, sum),
          sample(`${name}_count`, attributes, count),
        ];
      });
    default:
      return metric.dataPoints.flatMap(({ attributes, value: { count, sum = 0 } }) => [
        sample(`${name}_sum`, attributes, sum),
        sample(`${name}_count`, attributes, count),
      ]);
  }
}

function sample(name: string, attributes: Attributes, value: number): string {
  const labels = Object.entries(attributes).map(
    ([key, text]) => `${underscored(key)}="${escaped(String(text)).replaceAll('"', '\\"')}"`,
  );
  return `${name}${labels.length > 0 ? `{${labels.join(',')}}` : ''} ${value}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function underscored(name: string): string {
  return name.replaceAll(/\W/g, '_');
}
