import {
  create,
  type DescMessage,
  fromBinary,
  isMessage,
  type MessageInitShape,
  toBinary,
} from '@bufbuild/protobuf';
import { type Codec, matches, NatsTransportError } from '../index.js';

/** The message types of one subject: one for both directions, or one for each. */
export type ProtobufSchemas =
  | DescMessage
  | {
      /** What is received: on a handler the request, on a client the answer. */
      readonly read: DescMessage;
      /** What is sent: on a handler the answer, on a client the request. */
      readonly write: DescMessage;
    };

/** Message types by subject; a key may have the wildcards `*` and `>`, and the first match counts. */
export type ProtobufSubjectMap = Readonly<Record<string, ProtobufSchemas>>;

const CONTENT_TYPE = 'application/protobuf';

/**
 * Makes a codec for the protobuf messages of one type, or of one type in each direction, as
 * protobuf-es generates them.
 *
 * Sent is a message of the type, or a plain object with its fields; received is a message. All
 * fields at their defaults make no bytes at all: that is a value when `Content-Type` says so, as
 * this transport does, and no value when a foreign peer says nothing.
 */
export function protobufCodec(schemas: ProtobufSchemas): Codec {
  const { read, write } = directions(schemas);
  return {
    contentType: CONTENT_TYPE,
    encode: (value) => encode(write, value),
    decode: (bytes) => decode(read, bytes),
  };
}

/**
 * Makes a codec that finds the message type by the subject.
 *
 * ```ts
 * protobufBySubject({ 'orders.*.created': OrderSchema, 'price.quote': { read: QuerySchema, write: QuoteSchema } })
 * ```
 */
export function protobufBySubject(types: ProtobufSubjectMap): Codec {
  const entries = Object.entries(types).map(([filter, schemas]) => ({
    filter,
    ...directions(schemas),
  }));
  const find = (subject: string): { read: DescMessage; write: DescMessage } | undefined =>
    entries.find(({ filter }) => matches(filter, subject));
  return {
    contentType: CONTENT_TYPE,
    encode(value, subject) {
      const found = find(subject);
      if (found === undefined) throw noType('ENCODE_FAILED', subject);
      return encode(found.write, value);
    },
    decode(bytes, subject) {
      const found = find(subject);
      if (found === undefined) throw noType('DECODE_FAILED', subject);
      return decode(found.read, bytes);
    },
  };
}

function encode(schema: DescMessage, value: unknown): Uint8Array {
  // create() makes an empty message of what has no fields
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new NatsTransportError(
      'ENCODE_FAILED',
      `Cannot write ${Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`} ` +
        `as ${schema.typeName}. Expected a message, or an object with its fields.`,
    );
  }
  if (isMessage(value) && value.$typeName !== schema.typeName) {
    throw new NatsTransportError(
      'ENCODE_FAILED',
      `Cannot write a ${value.$typeName} here. Expected a ${schema.typeName}.`,
    );
  }
  try {
    const message = isMessage(value, schema)
      ? value
      : create(schema, value as MessageInitShape<DescMessage>);
    return toBinary(schema, message);
  } catch (cause) {
    throw new NatsTransportError('ENCODE_FAILED', `Cannot write the value as ${schema.typeName}.`, {
      cause,
    });
  }
}

function decode(schema: DescMessage, bytes: Uint8Array): unknown {
  try {
    return fromBinary(schema, bytes);
  } catch (cause) {
    throw new NatsTransportError(
      'DECODE_FAILED',
      `Cannot read the payload as ${schema.typeName}.`,
      { cause },
    );
  }
}

function directions(schemas: ProtobufSchemas): { read: DescMessage; write: DescMessage } {
  return 'read' in schemas ? schemas : { read: schemas, write: schemas };
}

function noType(code: 'ENCODE_FAILED' | 'DECODE_FAILED', subject: string): NatsTransportError {
  return new NatsTransportError(
    code,
    `No protobuf message type is declared for the subject ${JSON.stringify(subject)}.`,
    { details: { subject } },
  );
}
