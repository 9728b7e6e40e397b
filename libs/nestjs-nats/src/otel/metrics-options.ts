import { type Meter, type MeterProvider, metrics } from '@opentelemetry/api';
import { Destinations } from './destinations.js';
import { methodFaults, patternsFaults, throwFaults, unknownFaults } from './option-faults.js';
import { SCOPE } from './scope.js';

/** Options of {@link natsMetrics}. */
export interface NatsMetricsOptions {
  /** Keeps the metrics. Default: the global one, which must be set before. */
  meterProvider?: MeterProvider;
  /**
   * Patterns of what is published and requested, `orders.:orderId.created` for example; the first
   * that matches is an attribute. Default none: only the declared subject of a stream is. Subjects
   * never are, as there may be any number of them.
   */
  destinations?: readonly string[];
  /**
   * Whether to ask the server how consumers stand, one request for each whenever metrics are
   * collected; it takes the permission to publish on `$JS.API.CONSUMER.INFO.>`. Default `true`.
   */
  consumerLag?: boolean;
}

/** Is what {@link NatsMetricsOptions} come to. */
export interface MetricsSettings {
  readonly meter: Meter;
  readonly destinations: Destinations;
  readonly consumerLag: boolean;
}

const NAMES = [
  'meterProvider',
  'destinations',
  'consumerLag',
] as const satisfies readonly (keyof NatsMetricsOptions)[];

/** @throws NatsTransportError `INVALID_OPTIONS` that names every fault */
export function resolveMetrics(options: NatsMetricsOptions): MetricsSettings {
  const { meterProvider, destinations = [], consumerLag = true } = options;
  throwFaults('natsMetrics()', [
    ...unknownFaults(options, NAMES),
    ...methodFaults('meterProvider', meterProvider, 'getMeter'),
    ...patternsFaults('destinations', destinations),
    ...(typeof consumerLag === 'boolean' ? [] : ['consumerLag: expected true or false']),
  ]);
  return {
    meter: (meterProvider ?? metrics).getMeter(...SCOPE),
    destinations: new Destinations(destinations),
    consumerLag,
  };
}
