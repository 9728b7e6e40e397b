import { DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';

/** A time series' name, and the labels it may have. */
export interface Series {
  readonly name: string;
  readonly labels: ReadonlySet<string>;
}

const UNIT_SUFFIX: Readonly<Record<string, string>> = { s: '_seconds', By: '_bytes' };

/**
 * Gives the names that a metric has in Prometheus: by the Collector and by Prometheus' own receiver,
 * which add the unit, and by the exporter of OpenTelemetry JS, which does not.
 */
export function prometheusSeries(metric: MetricData): Series[] {
  const { name, unit } = metric.descriptor;
  const labels = new Set(
    metric.dataPoints.flatMap(({ attributes }) => Object.keys(attributes).map(underscored)),
  );
  const bases = [underscored(name), underscored(name) + (UNIT_SUFFIX[unit] ?? '')];
  const isCounter = metric.dataPointType === DataPointType.SUM && metric.isMonotonic;
  const endings =
    metric.dataPointType === DataPointType.HISTOGRAM
      ? ['_bucket', '_sum', '_count']
      : [isCounter ? '_total' : ''];
  return [...new Set(bases)].flatMap((base) =>
    endings.map((ending) => ({
      name: base + ending,
      labels: ending === '_bucket' ? new Set([...labels, 'le']) : labels,
    })),
  );
}

/** What a query in PromQL asks for. */
export interface Asked {
  /** Names, or patterns of them, of time series. */
  readonly metrics: readonly RegExp[];
  readonly labels: readonly string[];
}

const FUNCTIONS = new Set([
  'sum',
  'min',
  'max',
  'count',
  'rate',
  'increase',
  'delta',
  'histogram_quantile',
  'vector',
  'by',
  'or',
  'and',
  'unless',
  'last_over_time',
]);

/** Reads the names out of a query. */
export function askedBy(query: string): Asked {
  const patterns = [...query.matchAll(/__name__=~"([^"]*)"/g)].map(([, text]) => text!);
  const braces = [...query.matchAll(/\{([^}]*)\}/g)].map(([, inside]) => inside!);
  const matched = braces.flatMap((inside) =>
    [...inside.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label]) => label!),
  );
  const grouped = [...query.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list]) =>
    list!.split(/, ?/),
  );
  const rest = query
    .replaceAll(/\bby \([^)]*\)/g, ' ')
    .replaceAll(/\{[^}]*\}/g, ' ')
    .replaceAll(/\[[^\]]*\]/g, ' ')
    .replaceAll(/\boffset \w+/g, ' ');
  const words = [...rest.matchAll(/[a-z_]\w*/gi)].map(([word]) => word);
  const names = words.filter((word) => !FUNCTIONS.has(word));
  return {
    metrics: [...patterns, ...names].map((name) => new RegExp(`^(${name})$`)),
    labels: [...matched, ...grouped].filter((label) => label !== '__name__'),
  };
}

function underscored(name: string): string {
  return name.replaceAll(/\W/g, '_');
}
