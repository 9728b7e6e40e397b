/**
 * The attributes of spans and metrics. What stands first follows the semantic conventions of
 * OpenTelemetry for messaging, version 1.37; the others are ours.
 */
export const ATTRIBUTE = {
  system: 'messaging.system',
  operationName: 'messaging.operation.name',
  operationType: 'messaging.operation.type',
  destination: 'messaging.destination.name',
  template: 'messaging.destination.template',
  temporary: 'messaging.destination.temporary',
  consumerGroup: 'messaging.consumer.group.name',
  messageId: 'messaging.message.id',
  bodySize: 'messaging.message.body.size',
  batchCount: 'messaging.batch.message_count',
  serverAddress: 'server.address',
  serverPort: 'server.port',
  errorType: 'error.type',
  /** Which stream stores the message. */
  stream: 'nestjs_nats.stream',
  /** The sequence of the message in its stream. */
  sequence: 'nestjs_nats.sequence',
  /** Whether the stream knew the message already. */
  duplicate: 'nestjs_nats.duplicate',
  /** Which attempt of the handler it is, from 1. */
  attempt: 'nestjs_nats.attempt',
  /** How often the message was delivered, this time included. */
  deliveryCount: 'nestjs_nats.delivery_count',
  /** What became of the message. */
  outcome: 'nestjs_nats.outcome',
  /** Why a message is given up or dropped. */
  reason: 'nestjs_nats.reason',
  /** After how many milliseconds a message comes again. */
  delayMs: 'nestjs_nats.delay_ms',
  /** The name of the connection, by its options. */
  connection: 'nestjs_nats.connection.name',
} as const;

/** Stands before the names of captured headers. */
export const HEADER_PREFIX = 'messaging.header.';

/** The value of `messaging.system`. */
export const SYSTEM = 'nats';
