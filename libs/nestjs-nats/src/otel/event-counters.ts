import type { Attributes, Counter, Meter } from '@opentelemetry/api';
import type { MessageFacts, NatsConnectionView, NatsParticipant } from '../index.js';
import { ATTRIBUTE, SYSTEM } from './attributes.js';
import { consumerGroup } from './consumer-group.js';
import type { ErrorTypes } from './error-type.js';
import { METRIC, type MetricEntry } from './metric-table.js';

/** Says of a handler or consumer which it is. */
export function handlerAttributes(facts: Omit<MessageFacts, 'subject' | 'sequence'>): Attributes {
  const { pattern, queue, stream, consumer } = facts;
  const group = consumer === undefined ? queue : consumerGroup(consumer);
  return {
    [ATTRIBUTE.system]: SYSTEM,
    ...(pattern !== undefined && { [ATTRIBUTE.template]: pattern }),
    ...(group !== undefined && { [ATTRIBUTE.consumerGroup]: group }),
    ...(stream !== undefined && { [ATTRIBUTE.stream]: stream }),
  };
}

/** Says which connection it is. */
export function connectionAttributes({ name }: NatsConnectionView): Attributes {
  return {
    [ATTRIBUTE.system]: SYSTEM,
    ...(name !== undefined && { [ATTRIBUTE.connection]: name }),
  };
}

/** Makes a counter of the table. */
export function counterOf(meter: Meter, { name, unit, description }: MetricEntry): Counter {
  return meter.createCounter(name, { unit, description });
}

/** Counts the events of clients and strategies. */
export class EventCounters {
  private readonly handled: Counter;
  private readonly redeliveries: Counter;
  private readonly deadLetters: Counter;
  private readonly dropped: Counter;
  private readonly reconnects: Counter;
  private readonly connections = new WeakSet<NatsConnectionView>();

  constructor(
    meter: Meter,
    private readonly errors: ErrorTypes,
  ) {
    this.handled = counterOf(meter, METRIC.handled);
    this.redeliveries = counterOf(meter, METRIC.redeliveries);
    this.deadLetters = counterOf(meter, METRIC.deadLetters);
    this.dropped = counterOf(meter, METRIC.dropped);
    this.reconnects = counterOf(meter, METRIC.reconnects);
  }

  attachTo(participant: NatsParticipant): void {
    const { connection } = participant;
    participant.on('handled', ({ outcome, error, ...facts }) => {
      this.handled.add(1, {
        ...handlerAttributes(facts),
        [ATTRIBUTE.outcome]: outcome,
        ...(error !== undefined && { [ATTRIBUTE.errorType]: this.errors.of(error) }),
      });
    });
    participant.on('redelivery', (event) => this.redeliveries.add(1, handlerAttributes(event)));
    participant.on('deadLetter', (event) => {
      this.deadLetters.add(1, { ...handlerAttributes(event), [ATTRIBUTE.reason]: event.reason });
    });
    participant.on('dropped', (event) => {
      this.dropped.add(1, { ...handlerAttributes(event), [ATTRIBUTE.reason]: event.reason });
    });
    // it is the same for all who share it
    if (this.connections.has(connection)) return;
    this.connections.add(connection);
    const attributes = connectionAttributes(connection);
    // so that the first reconnect is a step up, and not where the line begins
    this.reconnects.add(0, attributes);
    connection.on('reconnect', () => this.reconnects.add(1, attributes));
  }
}
