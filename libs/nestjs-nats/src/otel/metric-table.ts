import { ATTRIBUTE } from './attributes.js';

/** A metric, as it is made and as it is documented. */
export interface MetricEntry {
  readonly name: string;
  readonly type: 'counter' | 'histogram' | 'gauge';
  /** By UCUM. */
  readonly unit: string;
  readonly description: string;
  /** The attributes it may have; the values of each are bounded. */
  readonly attributes: readonly string[];
}

const { system, operationName, template, consumerGroup, errorType, stream } = ATTRIBUTE;
const { outcome, reason, connection } = ATTRIBUTE;

const HANDLER = [system, template, consumerGroup, stream];

/** Every metric there is. Those of `messaging.*` are of the semantic conventions for messaging. */
export const METRIC = {
  sent: {
    name: 'messaging.client.sent.messages',
    type: 'counter',
    unit: '{message}',
    description: 'Events and requests that were sent, or failed to be.',
    attributes: [system, operationName, template, stream, errorType],
  },
  sendDuration: {
    name: 'messaging.client.operation.duration',
    type: 'histogram',
    unit: 's',
    description:
      'How long sending takes: of an event until it is handed over or stored, of a request until it is answered.',
    attributes: [system, operationName, template, stream, errorType],
  },
  consumed: {
    name: 'messaging.client.consumed.messages',
    type: 'counter',
    unit: '{message}',
    description: 'Messages given to handlers, each attempt counted.',
    attributes: [system, operationName, ...HANDLER.slice(1), errorType],
  },
  processDuration: {
    name: 'messaging.process.duration',
    type: 'histogram',
    unit: 's',
    description: 'How long handlers take; for several messages together, once.',
    attributes: [system, operationName, ...HANDLER.slice(1), errorType],
  },
  handled: {
    name: 'nestjs_nats.handled.messages',
    type: 'counter',
    unit: '{message}',
    description: 'Messages that are done with, by what became of them.',
    attributes: [...HANDLER, outcome, errorType],
  },
  redeliveries: {
    name: 'nestjs_nats.redeliveries',
    type: 'counter',
    unit: '{message}',
    description: 'Messages of streams that have come again.',
    attributes: HANDLER,
  },
  deadLetters: {
    name: 'nestjs_nats.dead_letters',
    type: 'counter',
    unit: '{message}',
    description: 'Messages of streams that became dead letters.',
    attributes: [...HANDLER, reason],
  },
  dropped: {
    name: 'nestjs_nats.dropped.messages',
    type: 'counter',
    unit: '{message}',
    description: 'Messages that are lost to their handler, and not kept.',
    attributes: [...HANDLER, reason],
  },
  inFlight: {
    name: 'nestjs_nats.handler.in_flight',
    type: 'gauge',
    unit: '{message}',
    description: 'Messages that handlers work on.',
    attributes: HANDLER,
  },
  pending: {
    name: 'nestjs_nats.handler.pending',
    type: 'gauge',
    unit: '{message}',
    description: 'Messages that have arrived and wait for their handler.',
    attributes: HANDLER,
  },
  lag: {
    name: 'nestjs_nats.consumer.lag',
    type: 'gauge',
    unit: '{message}',
    description: 'Messages that a stream has for a consumer and has not delivered yet.',
    attributes: [system, consumerGroup, stream],
  },
  unacknowledged: {
    name: 'nestjs_nats.consumer.unacknowledged',
    type: 'gauge',
    unit: '{message}',
    description: 'Messages that were delivered to a consumer and are not settled.',
    attributes: [system, consumerGroup, stream],
  },
  up: {
    name: 'nestjs_nats.connection.up',
    type: 'gauge',
    unit: '{connection}',
    description: 'How many connections of this name stand.',
    attributes: [system, connection],
  },
  down: {
    name: 'nestjs_nats.connection.down',
    type: 'gauge',
    unit: '{connection}',
    description: 'How many connections of this name are in use, and do not stand.',
    attributes: [system, connection],
  },
  reconnects: {
    name: 'nestjs_nats.connection.reconnects',
    type: 'counter',
    unit: '{reconnect}',
    description: 'How often the connection stood again after it broke.',
    attributes: [system, connection],
  },
  buffered: {
    name: 'nestjs_nats.connection.buffered',
    type: 'gauge',
    unit: 'By',
    description:
      'Bytes that were sent and that the server has not confirmed: up to 1 MiB is usual.',
    attributes: [system, connection],
  },
} as const satisfies Readonly<Record<string, MetricEntry>>;

/** Every metric, for documents and checks. */
export const NATS_METRICS: readonly MetricEntry[] = Object.values(METRIC);

/** The bounds of duration histograms, in seconds, as the conventions have them. */
export const DURATION_BOUNDS: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];
