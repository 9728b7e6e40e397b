import {
  propagation,
  type TextMapPropagator,
  type Tracer,
  type TracerProvider,
} from '@opentelemetry/api';
import type { NatsOperation } from '../index.js';
import { isTracingAbsent } from './absence.js';
import { Destinations } from './destinations.js';
import {
  methodFaults,
  patternsFaults,
  textsFaults,
  throwFaults,
  unknownFaults,
} from './option-faults.js';
import { SCOPE } from './scope.js';
import { GlobalTracer } from './tracer-source.js';

/** Options of {@link natsTracing}. */
export interface NatsTracingOptions {
  /** Makes the spans. Default: the global one, also when that is set later. */
  tracerProvider?: TracerProvider;
  /** Writes contexts to headers and reads them. Default: the global one, also when that is set later. */
  propagator?: TextMapPropagator;
  /**
   * Headers whose values become attributes, `messaging.header.<name in lower case>`, a list each.
   * Default none: headers may hold secrets. Payloads are never recorded.
   */
  captureHeaders?: readonly string[];
  /**
   * Patterns of what is published and requested, `orders.:orderId.created` for example: they name
   * spans instead of the subject, which may hold ids. The first that matches counts. Default none: a
   * span is named by the declared subject of its stream, or else by the subject with `*` for every
   * token that has a digit. What comes in is named by the pattern of its handler.
   */
  destinations?: readonly string[];
  /** Says which messages have no span; their context is passed on all the same. Default none. */
  ignore?: (operation: NatsOperation) => boolean;
}

/** Is what {@link NatsTracingOptions} come to. */
export interface TracingSettings {
  readonly tracer: () => Tracer;
  readonly propagator: Pick<TextMapPropagator, 'inject' | 'extract'>;
  readonly captureHeaders: readonly string[];
  readonly destinations: Destinations;
  readonly ignore: (operation: NatsOperation) => boolean;
  /** Tells whether there is nothing to do at present; absent where there always is. */
  readonly isIdle: (() => boolean) | undefined;
}

const NAMES = [
  'tracerProvider',
  'propagator',
  'captureHeaders',
  'destinations',
  'ignore',
] as const satisfies readonly (keyof NatsTracingOptions)[];

/** @throws NatsTransportError `INVALID_OPTIONS` that names every fault */
export function resolveTracing(options: NatsTracingOptions): TracingSettings {
  const { tracerProvider, propagator, captureHeaders = [] } = options;
  const { destinations = [], ignore = () => false } = options;
  throwFaults('natsTracing()', [
    ...unknownFaults(options, NAMES),
    ...methodFaults('tracerProvider', tracerProvider, 'getTracer'),
    ...methodFaults('propagator', propagator, 'extract'),
    ...textsFaults('captureHeaders', captureHeaders),
    ...patternsFaults('destinations', destinations),
    ...(typeof ignore === 'function' ? [] : ['ignore: expected a function']),
  ]);
  return {
    tracer: tracerOf(tracerProvider),
    propagator: propagator ?? propagation,
    captureHeaders,
    destinations: new Destinations(destinations),
    ignore,
    isIdle: (tracerProvider ?? propagator) ? undefined : isTracingAbsent,
  };
}

function tracerOf(provider: TracerProvider | undefined): () => Tracer {
  if (provider === undefined) {
    const global = new GlobalTracer();
    return () => global.current;
  }
  const own = provider.getTracer(...SCOPE);
  return () => own;
}
