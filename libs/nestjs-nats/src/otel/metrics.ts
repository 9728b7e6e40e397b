import {
  type Attributes,
  type Counter,
  createNoopMeter,
  type Histogram,
  type Meter,
} from '@opentelemetry/api';
import {
  isRetryLater,
  type NatsInterceptor,
  type NatsOperation,
  type NatsParticipant,
} from '../index.js';
import { ATTRIBUTE, SYSTEM } from './attributes.js';
import { consumerGroup } from './consumer-group.js';
import type { Destinations } from './destinations.js';
import { ErrorTypes } from './error-type.js';
import { counterOf, EventCounters } from './event-counters.js';
import { DURATION_BOUNDS, METRIC, type MetricEntry } from './metric-table.js';
import { type NatsMetricsOptions, resolveMetrics } from './metrics-options.js';
import { Observations } from './observations.js';
import { messagesOf } from './received.js';

/**
 * Makes an interceptor that measures what goes out, what comes in and how handlers keep up, with the
 * metrics of OpenTelemetry:
 *
 * ```ts
 * NatsModule.forRoot({ servers, interceptors: [natsTracing(), natsMetrics()] });
 * ```
 *
 * The attributes are bounded: patterns, never subjects. Create it after the meter provider is set,
 * unless that is given, and once for all clients and strategies. Without a provider it is idle for good.
 *
 * @throws NatsTransportError `INVALID_OPTIONS` that names every fault
 */
export function natsMetrics(options: NatsMetricsOptions = {}): NatsInterceptor {
  const { meter, destinations, consumerLag } = resolveMetrics(options);
  if (meter === createNoopMeter()) return IDLE;
  const errors = new ErrorTypes();
  const operations = new Operations(meter, destinations, errors);
  const counters = new EventCounters(meter, errors);
  const observations = new Observations(meter, consumerLag, (handler) => counters.begin(handler));
  const intercept = (operation: NatsOperation, next: () => Promise<unknown>): Promise<unknown> =>
    operations.measure(operation, next);
  return Object.assign(intercept, {
    attachTo: (participant: NatsParticipant) => {
      counters.attachTo(participant);
      observations.attachTo(participant);
    },
  });
}

/** Is the interceptor of whoever measures nothing. A meter that does nothing is not replaced later. */
const IDLE: NatsInterceptor = Object.assign(
  (_: NatsOperation, next: () => Promise<unknown>): Promise<unknown> => next(),
  { isIdle: () => true },
);

/** Counts and times what interceptors stand around. */
class Operations {
  private readonly sent: Counter;
  private readonly sendDuration: Histogram;
  private readonly consumed: Counter;
  private readonly processDuration: Histogram;

  constructor(
    meter: Meter,
    private readonly destinations: Destinations,
    private readonly errors: ErrorTypes,
  ) {
    this.sent = counterOf(meter, METRIC.sent);
    this.sendDuration = histogramOf(meter, METRIC.sendDuration);
    this.consumed = counterOf(meter, METRIC.consumed);
    this.processDuration = histogramOf(meter, METRIC.processDuration);
  }

  async measure(operation: NatsOperation, next: () => Promise<unknown>): Promise<unknown> {
    const start = performance.now();
    try {
      const result = await next();
      this.record(operation, start, {});
      return result;
    } catch (error) {
      const failed = !isRetryLater(error);
      this.record(operation, start, failed ? { [ATTRIBUTE.errorType]: this.errors.of(error) } : {});
      throw error;
    }
  }

  private record(operation: NatsOperation, start: number, failure: Attributes): void {
    const seconds = (performance.now() - start) / 1_000;
    const attributes = { ...this.attributes(operation), ...failure };
    if (operation.kind === 'process') {
      this.consumed.add(messagesOf(operation.context).length || 1, attributes);
      this.processDuration.record(seconds, attributes);
    } else {
      this.sent.add(1, attributes);
      this.sendDuration.record(seconds, attributes);
    }
  }

  private attributes(operation: NatsOperation): Attributes {
    const template = this.destinations.template(operation);
    return {
      [ATTRIBUTE.system]: SYSTEM,
      [ATTRIBUTE.operationName]: operation.kind,
      ...(template !== undefined && { [ATTRIBUTE.template]: template }),
      ...whereabouts(operation),
    };
  }
}

/** Says of what consumer or queue group, and of what stream, a message is. */
function whereabouts(operation: NatsOperation): Attributes {
  if (operation.kind === 'request') return {};
  if (operation.kind === 'publish') {
    const { stream } = operation;
    return stream === undefined ? {} : { [ATTRIBUTE.stream]: stream };
  }
  const [message] = messagesOf(operation.context);
  if (message !== undefined) {
    return {
      [ATTRIBUTE.consumerGroup]: consumerGroup(message.consumer),
      [ATTRIBUTE.stream]: message.stream,
    };
  }
  const { queue } = operation;
  return queue === undefined ? {} : { [ATTRIBUTE.consumerGroup]: queue };
}

function histogramOf(meter: Meter, { name, unit, description }: MetricEntry): Histogram {
  const advice = { explicitBucketBoundaries: [...DURATION_BOUNDS] };
  return meter.createHistogram(name, { unit, description, advice });
}
