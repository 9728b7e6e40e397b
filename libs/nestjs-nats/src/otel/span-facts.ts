import { type Attributes, SpanKind } from '@opentelemetry/api';
import { HEADER, type JetStreamContext, type NatsOperation } from '../index.js';
import { ATTRIBUTE, HEADER_PREFIX, SYSTEM } from './attributes.js';
import { consumerGroup } from './consumer-group.js';
import { type Destinations, isInbox, withoutIds } from './destinations.js';
import { headerValues } from './header-carrier.js';
import { isBatch, messagesOf } from './received.js';

/** What a span is started with. */
export interface SpanFacts {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
}

/** Says of an operation what its span is to say. */
export function spanFacts(
  operation: NatsOperation,
  destinations: Destinations,
  captured: readonly string[],
): SpanFacts {
  const { subject, kind: name } = operation;
  const template = destinations.template(operation);
  const attributes: Attributes = {
    [ATTRIBUTE.system]: SYSTEM,
    [ATTRIBUTE.operationName]: name,
    [ATTRIBUTE.operationType]: name === 'process' ? 'process' : 'send',
    [ATTRIBUTE.destination]: subject,
    ...(template !== undefined && { [ATTRIBUTE.template]: template }),
    ...(isInbox(subject) && { [ATTRIBUTE.temporary]: true }),
    ...serverAttributes(operation.server),
    ...(operation.kind === 'process' ? received(operation) : sent(operation)),
    ...headerAttributes(operation, captured),
  };
  return {
    name: `${name} ${template ?? withoutIds(subject)}`,
    kind: kindOf(operation),
    attributes,
  };
}

/** Says of a message of a stream which it is. */
export function messageAttributes(context: JetStreamContext): Attributes {
  return {
    [ATTRIBUTE.sequence]: context.sequence,
    [ATTRIBUTE.attempt]: context.attempt,
    [ATTRIBUTE.deliveryCount]: context.deliveryCount,
    ...(context.messageId !== undefined && { [ATTRIBUTE.messageId]: context.messageId }),
  };
}

/** Takes a server's `host:port` apart. */
function serverAttributes(server: string | undefined): Attributes {
  const colon = server?.lastIndexOf(':') ?? -1;
  if (server === undefined || colon === -1) return {};
  return {
    [ATTRIBUTE.serverAddress]: server.slice(0, colon).replaceAll(/[[\]]/g, ''),
    [ATTRIBUTE.serverPort]: Number(server.slice(colon + 1)),
  };
}

function kindOf(operation: NatsOperation): SpanKind {
  if (operation.kind === 'publish') return SpanKind.PRODUCER;
  if (operation.kind === 'request') return SpanKind.CLIENT;
  return operation.handler === 'request' ? SpanKind.SERVER : SpanKind.CONSUMER;
}

function sent(operation: Exclude<NatsOperation, { kind: 'process' }>): Attributes {
  const id = operation.headers.get(HEADER.msgId);
  const stream = operation.kind === 'publish' ? operation.stream : undefined;
  return {
    [ATTRIBUTE.bodySize]: operation.payloadBytes,
    ...(id !== '' && { [ATTRIBUTE.messageId]: id }),
    ...(stream !== undefined && { [ATTRIBUTE.stream]: stream }),
  };
}

function received({ context, queue }: Extract<NatsOperation, { kind: 'process' }>): Attributes {
  const common = { [ATTRIBUTE.bodySize]: context.payloadBytes };
  const messages = messagesOf(context);
  const [first] = messages;
  if (first === undefined) {
    return { ...common, ...(queue !== undefined && { [ATTRIBUTE.consumerGroup]: queue }) };
  }
  return {
    ...common,
    [ATTRIBUTE.consumerGroup]: consumerGroup(first.consumer),
    [ATTRIBUTE.stream]: first.stream,
    ...(isBatch(context) ? { [ATTRIBUTE.batchCount]: messages.length } : messageAttributes(first)),
  };
}

function headerAttributes(operation: NatsOperation, captured: readonly string[]): Attributes {
  if (captured.length === 0) return {};
  const headers = operation.kind === 'process' ? operation.context.headers : operation.headers;
  const found = captured.flatMap((name) => {
    const values = headerValues(headers, name);
    return values.length === 0 ? [] : [[`${HEADER_PREFIX}${name.toLowerCase()}`, values] as const];
  });
  return Object.fromEntries(found);
}
