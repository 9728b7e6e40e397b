import type { DescMessage } from '@bufbuild/protobuf';
import { NatsTransportError } from '../index.js';

/** The message types of one subject: one for both directions, or one for each. */
export type ProtobufSchemas =
  | DescMessage
  | {
      /** What is received: on a handler the request, on a client the answer. */
      readonly read: DescMessage;
      /** What is sent: on a handler the answer, on a client the request. */
      readonly write: DescMessage;
    };

/** Says what is wrong with message types: modules that import each other may leave them undefined. */
export function schemasFault(schemas: unknown): string | undefined {
  if (isMessageType(schemas)) return undefined;
  const { read, write } = Object(schemas) as Partial<Record<'read' | 'write', unknown>>;
  if (isMessageType(read) && isMessageType(write)) return undefined;
  return 'expected a message type as protobuf-es generates it, or { read, write } with one each';
}

/** Gives the type of each direction. */
export function directions(schemas: ProtobufSchemas): { read: DescMessage; write: DescMessage } {
  return 'read' in schemas ? schemas : { read: schemas, write: schemas };
}

/** @throws NatsTransportError `INVALID_OPTIONS` that names every fault, if there is one */
export function throwSchemaFaults(faults: readonly string[]): void {
  if (faults.length === 0) return;
  throw new NatsTransportError(
    'INVALID_OPTIONS',
    `Cannot make a protobuf codec: ${faults.join('; ')}.`,
    { details: { faults: [...faults] } },
  );
}

function isMessageType(value: unknown): value is DescMessage {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'message';
}
