import type { Attributes, Counter, Meter } from '@opentelemetry/api';
import type {
  DroppedEvent,
  GiveUpReason,
  HandlerLoad,
  MessageFacts,
  NatsConnectionView,
  NatsParticipant,
} from '../index.js';
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

/** Why handlers of streams give messages up; each reason has a line of its own. */
const GIVE_UPS = Object.keys({
  attempts: true,
  terminated: true,
  unreadable: true,
  invalid: true,
  crashed: true,
  'max-deliveries': true,
} satisfies Record<GiveUpReason, true>);

/** Why handlers of core NATS lose messages. */
const LOSSES: Readonly<Record<HandlerLoad['handler'], readonly DroppedEvent['reason'][]>> = {
  event: ['overflow'],
  request: ['overflow', 'reply'],
};

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
    if (participant.role === 'client') {
      this.dropped.add(0, { [ATTRIBUTE.system]: SYSTEM, [ATTRIBUTE.reason]: 'unpublished' });
    }
    // it is the same for all who share it
    if (this.connections.has(connection)) return;
    this.connections.add(connection);
    const attributes = connectionAttributes(connection);
    // so that the first reconnect is a step up, and not where the line begins
    this.reconnects.add(0, attributes);
    connection.on('reconnect', () => this.reconnects.add(1, attributes));
  }

  /** Begins the lines of a handler's losses at 0, so that the first loss is a step up. */
  begin(handler: HandlerLoad): void {
    const attributes = handlerAttributes(handler);
    const zero = (counter: Counter, reason: string): void =>
      counter.add(0, { ...attributes, [ATTRIBUTE.reason]: reason });
    if (handler.stream === undefined) {
      for (const reason of LOSSES[handler.handler]) zero(this.dropped, reason);
      return;
    }
    for (const reason of GIVE_UPS) {
      zero(this.deadLetters, reason);
      zero(this.dropped, reason);
    }
  }
}
